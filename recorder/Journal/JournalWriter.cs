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
/// Writes a session's journal. It appends to memory and is flushed to the operating system before a command is sent, so
/// that <c>kill -9</c> loses nothing that has been acted on. A timer syncs the file to disk. One thread appends and
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

    /// <summary>Bytes flushed to the operating system. Any thread.</summary>
    public long WrittenBytes => Volatile.Read(ref _position);

    /// <summary>Creates a new file in a folder and locks the folder.</summary>
    /// <param name="folder">The folder; it is created if it is missing.</param>
    /// <param name="syncInterval">Interval of syncs to disk; zero for none.</param>
    /// <param name="disk">Creates the file; null for the machine's own disk.</param>
    /// <exception cref="IOException">Another process has locked the folder, or the file cannot be created.</exception>
    public static JournalWriter Create(string folder, TimeSpan syncInterval, Disk? disk = null) =>
        Create(JournalLock.Take(folder), syncInterval, disk);

    /// <summary>Creates a new file in a folder that is already locked.</summary>
    /// <param name="folderLock">The lock; the writer owns it from now on, also if this fails.</param>
    /// <param name="syncInterval">Interval of syncs to disk; zero for none.</param>
    /// <param name="disk">Creates the file; null for the machine's own disk.</param>
    /// <exception cref="IOException">The file cannot be created.</exception>
    /// <exception cref="InvalidDataException">The newest file has the highest number.</exception>
    public static JournalWriter Create(JournalLock folderLock, TimeSpan syncInterval, Disk? disk = null)
    {
        ArgumentNullException.ThrowIfNull(folderLock);
        string folder = folderLock.Folder;
        try
        {
            int last = JournalReader.Files(folder).Select(JournalReader.NumberOf).DefaultIfEmpty(0).Max();
            if (last == int.MaxValue)
            {
                throw new InvalidDataException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"the journals in '{folder}' are numbered up to {last}, the highest number: choose another folder, "
                    + $"or rename the newest"));
            }

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

    /// <summary>Appends the session's manifest: the first record.</summary>
    /// <exception cref="IOException">It is longer than a record can be, or cannot be written.</exception>
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
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Append(in EngineOutput output) =>
        Append(JournalRecordKind.Output, MemoryMarshal.AsBytes(new ReadOnlySpan<EngineOutput>(in output)));

    /// <summary>Flushes everything to the operating system.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Flush()
    {
        if (_filled == 0)
        {
            return;
        }

        Write(_buffer.AsSpan(0, _filled));
        _filled = 0;
    }

    /// <summary>Appends the end record: the session ended cleanly.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void End()
    {
        if (!_isEnded)
        {
            _isEnded = true;
            Append(JournalRecordKind.End, []);
            Flush();
        }
    }

    /// <summary>Waits until what was flushed is on the disk. Any thread. The next write reports a failure.</summary>
    public void Sync()
    {
        try
        {
            RandomAccess.FlushToDisk(_handle);
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            // The next write reports it.
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

    // The position is set each time, so that the next write replaces what a failed one left.
    private void Write(ReadOnlySpan<byte> bytes)
    {
        _file.Position = _position;
        _file.Write(bytes);
        Volatile.Write(ref _position, _position + bytes.Length);
    }
}
