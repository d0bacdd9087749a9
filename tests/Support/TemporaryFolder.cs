using System;
using System.IO;
using System.Linq;

namespace LowLatency.Tests.Support;

/// <summary>A temporary folder, removed at the end of the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("lowlatency-test-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Bytes of all files below a folder that others write to; 0 where there is none yet.</summary>
    public static long BytesBelow(string folder) => !Directory.Exists(folder) ? 0 : Directory
        .GetFiles(folder, "*", SearchOption.AllDirectories)
        .Sum(file =>
        {
            // One may be renamed meanwhile.
            var info = new FileInfo(file);
            return info.Exists ? info.Length : 0;
        });

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
