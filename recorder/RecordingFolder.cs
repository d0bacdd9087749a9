using System;
using System.Globalization;
using System.IO;

namespace LowLatency.Recorder;

/// <summary>Where recordings go: every session gets a folder of its own.</summary>
public static class RecordingFolder
{
    /// <summary>Creates a new folder for a session, named by the time of day.</summary>
    /// <param name="parent">Folder that holds the recordings; it is created when absent.</param>
    /// <returns>The path of the new folder.</returns>
    /// <exception cref="IOException">It cannot be created; the words name the folder.</exception>
    public static string Create(string parent)
    {
        string stamp = DateTime.UtcNow.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        try
        {
            for (int attempt = 0; ; attempt++)
            {
                string path = Path.Combine(parent, attempt == 0 ? stamp : $"{stamp}-{attempt}");
                if (!Path.Exists(path))
                {
                    return Directory.CreateDirectory(path).FullName;
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException)
        {
            throw new IOException($"cannot create a recording in '{parent}': {fault.Message}", fault);
        }
    }
}
