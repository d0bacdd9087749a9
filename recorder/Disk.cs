using System;
using System.IO;

namespace LowLatency.Recorder;

/// <summary>
/// Creates the files of recorder and journal. The simulator replaces it with a disk that is full, slow, or killed in
/// the middle of a write. Any thread.
/// </summary>
public class Disk
{
    /// <summary>The machine's own disk.</summary>
    public static Disk System { get; } = new();

    /// <summary>
    /// Creates a new file that others may read while it is written. The stream has no buffer: once a write has
    /// returned, the bytes are with the operating system and survive a kill of the process.
    /// </summary>
    /// <param name="path">Its path; nothing may exist there.</param>
    /// <exception cref="IOException">The file exists, or cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable.</exception>
    public virtual FileStream CreateNew(string path) =>
        // Opened for reading too, because network file systems do not lock a file that is open for writing only.
        PrivateFile.CreateNew(path, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, bufferBytes: 0);
}
