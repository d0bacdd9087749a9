using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using LowLatency.Engine.Events;
using Microsoft.Win32.SafeHandles;

namespace LowLatency.Recorder.Journal;

/// <summary>
/// Writes a session's journal: appends to memory, and hands it to the operating system before a command leaves, so that
/// <c>kill -9</c> loses nothing that anybody has acted upon. A timer asks the disk to keep it. One thread appends and
/// flushes.
/// </summary>
public sealed class JournalWriter : IDisposable
{
    private const int BufferBytes = 256 * 1024;

    private readonly JournalLock _lock;
    private readonly FileStream _file;
    private readonly SafeFileHandle _handle;
    private readonly Timer? _syncTimer;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _filled;
    private long _position;
    private bool _isEnded;

    private JournalWriter(JournalLock folderLock, string path, TimeSpan syncInterval, Disk disk)
    {
        _lock = folderLock;
        Path = path;
        _file = disk.CreateNew(path);
        _handle = _file.SafeFileHandle;
        JournalFormat.WriteFileHeader(_buffer, JournalFormat.Version, EngineOutput.SizeBytes);
        _filled = JournalFormat.FileHeaderBytes;
        _syncTimer = syncInterval > TimeSpan.Zero
            ? new Timer(_ => Sync(), null, syncInterval, syncInterval)
            : null;
    }

    /// <summary>The session's file.</summary>
    public string Path { get; }

    /// <summary>Bytes handed to the operating system. Any thread.</summary>
    public long WrittenBytes => Volatile.Read(ref _position);

    /// <summary>Opens a new file in a folder, and keeps every other process from writing there.</summary>
    /// <param name="folder">The folder; it is made where there is none.</param>
    /// <param name="syncInterval">How often the disk is asked to keep what was written; zero for never.</param>
    /// <param name="disk">Makes the file; null for the machine's own.</param>
    /// <exception cref="IOException">Another process writes there, or the disk refuses.</exception>
    public static JournalWriter Create(string folder, TimeSpan syncInterval, Disk? disk = null) =>
        Create(JournalLock.Take(folder), syncInterval, disk);

    /// <summary>Opens a new file in a folder whose lock was taken before.</summary>
    /// <param name="folderLock">The lock; it ends with the writer, or at once when there is to be none.</param>
    /// <param name="syncInterval">How often the disk is asked to keep what was written; zero for never.</param>
    /// <param name="disk">Makes the file; null for the machine's own.</param>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static JournalWriter Create(JournalLock folderLock, TimeSpan syncInterval, Disk? disk = null)
    {
        ArgumentNullException.ThrowIfNull(folderLock);
        string folder = folderLock.Folder;
        try
        {
            int last = JournalReader.Files(folder).Select(JournalReader.NumberOf).DefaultIfEmpty(0).Max();
            string name = (last + 1).ToString("D6", CultureInfo.InvariantCulture) + JournalFormat.Extension;
            return new JournalWriter(
                folderLock, System.IO.Path.Combine(folder, name), syncInterval, disk ?? Disk.System);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>Appends the session's settings: the first record.</summary>
    /// <exception cref="IOException">They are longer than a record can be, or the disk refuses.</exception>
    public void AppendSession(ReadOnlySpan<byte> json)
    {
        if (json.Length > JournalFormat.MaxPayloadBytes)
        {
            throw new IOException(string.Create(
                CultureInfo.InvariantCulture,
                $"the session's settings, with the state that it starts from, have {json.Length} bytes; a journal "
                + $"takes {JournalFormat.MaxPayloadBytes}: allow fewer symbols or open orders"));
        }

        Append(JournalRecordKind.Session, json);
    }

    /// <summary>Appends an output of the engine.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Append(in EngineOutput output) =>
        Append(JournalRecordKind.Output, MemoryMarshal.AsBytes(new ReadOnlySpan<EngineOutput>(in output)));

    /// <summary>Hands everything to the operating system.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Flush()
    {
        if (_filled == 0)
        {
            return;
        }

        Write(_buffer.AsSpan(0, _filled));
        _filled = 0;
    }

    /// <summary>Notes the good end of the session.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void End()
    {
        if (!_isEnded)
        {
            _isEnded = true;
            Append(JournalRecordKind.End, []);
            Flush();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _syncTimer?.Dispose();
        Sync();
        _file.Dispose();
        _lock.Dispose();
    }

    private void Append(JournalRecordKind kind, ReadOnlySpan<byte> payload)
    {
        int size = JournalFormat.RecordHeaderBytes + payload.Length;
        if (size > _buffer.Length - _filled)
        {
            Flush();
        }

        if (size > _buffer.Length)
        {
            byte[] large = new byte[size];
            payload.CopyTo(large.AsSpan(JournalFormat.RecordHeaderBytes));
            JournalFormat.Seal(large, kind);
            Write(large);
            return;
        }

        Span<byte> record = _buffer.AsSpan(_filled, size);
        payload.CopyTo(record[JournalFormat.RecordHeaderBytes..]);
        JournalFormat.Seal(record, kind);
        _filled += size;
    }

    // What a failed write left behind its place is written over by the next one.
    private void Write(ReadOnlySpan<byte> bytes)
    {
        _file.Position = _position;
        _file.Write(bytes);
        Volatile.Write(ref _position, _position + bytes.Length);
    }

    private void Sync()
    {
        try
        {
            RandomAccess.FlushToDisk(_handle);
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            // The next write tells.
        }
    }
}
