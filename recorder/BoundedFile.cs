using System;
using System.IO;
using System.Text;
using System.Threading.Tasks;

namespace LowLatency.Recorder;

/// <summary>Reads a small file completely, within bounds of size and time: its path may be an endless device, or a pipe
/// without a writer.</summary>
public static class BoundedFile
{
    /// <summary>Timeout of reading a file.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private const int PieceBytes = 1 << 16;
    private const double BytesInMiB = 1 << 20;

    /// <summary>Reads all bytes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">Maximum size, in bytes.</param>
    /// <exception cref="InvalidDataException">It is larger.</exception>
    /// <exception cref="IOException">It cannot be read, is a folder, or takes too long.</exception>
    /// <exception cref="UnauthorizedAccessException">It is not readable.</exception>
    public static byte[] Read(string path, int maxBytes) => Read(path, maxBytes, Timeout);

    /// <summary>Reads all bytes as UTF-8 text.</summary>
    /// <inheritdoc cref="Read(string, int)"/>
    public static string ReadText(string path, int maxBytes)
    {
        using var reader = new StreamReader(new MemoryStream(Read(path, maxBytes)), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>Reads all bytes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">Maximum size, in bytes.</param>
    /// <param name="timeout">Timeout.</param>
    /// <inheritdoc cref="Read(string, int)" path="/exception"/>
    public static byte[] Read(string path, int maxBytes, TimeSpan timeout)
    {
        if (Directory.Exists(path))
        {
            throw new IOException($"'{path}' is a folder, not a file");
        }

        // On a thread of its own, which ends with the process: opening a pipe may block forever.
        Task<byte[]> reading = Task.Factory.StartNew(
            () => ReadHere(path, maxBytes), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (Task.WaitAny([reading], timeout) < 0)
        {
            throw new IOException($"'{path}' has not come to its end within {timeout.TotalSeconds:0} s");
        }

        return reading.GetAwaiter().GetResult();
    }

    private static byte[] ReadHere(string path, int maxBytes)
    {
        using var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        using var content = new MemoryStream();
        byte[] piece = new byte[PieceBytes];
        for (int read; (read = file.Read(piece)) > 0;)
        {
            if (content.Length + read > maxBytes)
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"'{path}' is larger than the limit of {maxBytes / BytesInMiB:0.##} MiB"));
            }

            content.Write(piece, 0, read);
        }

        return content.ToArray();
    }
}
