using System;
using System.IO;

namespace LowLatency.Recorder;

/// <summary>
/// The one door through which recorder and journal make files: the simulator puts one there that is full, slow, or
/// killed in the middle of a write. Any thread.
/// </summary>
public class Disk
{
    /// <summary>The machine's own.</summary>
    public static Disk System { get; } = new();

    /// <summary>
    /// Makes a new file that others may read meanwhile. It has no buffer of its own: what a write returned from is with
    /// the operating system, and survives a kill of the process.
    /// </summary>
    /// <param name="path">Where; nothing may be there yet.</param>
    /// <exception cref="IOException">The file is there, or the disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public virtual FileStream CreateNew(string path) =>
        // Open for reading too, because network file systems lock no file that is open for writing alone.
        PrivateFile.CreateNew(path, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, bufferBytes: 0);
}
