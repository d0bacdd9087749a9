using System;
using System.Collections.Generic;
using System.IO;
using System.Security.Cryptography;

namespace LowLatency.Web;

/// <summary>Reads files that only their owner can access (mode 0600).</summary>
public static class SecretFile
{
    private const int MaxBytes = 4096;

    private const UnixFileMode ForOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Reads a secret; line ends at the end of the file are not part of it.</summary>
    /// <param name="key">The setting that names the file.</param>
    /// <param name="path">The file.</param>
    /// <param name="problems">Receives the problem, without any of the content.</param>
    /// <returns>null if there is a problem.</returns>
    public static Secret? Read(string key, string path, ICollection<string> problems)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(MaxBytes + 1, pinned: true);
        try
        {
            using FileStream? file = Open(key, path, problems);
            if (file is null)
            {
                return null;
            }

            int length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            ReadOnlySpan<byte> text = buffer.AsSpan(0, length).TrimEnd("\r\n"u8);
            if (text.Length is not 0 && length <= MaxBytes)
            {
                return new Secret(text);
            }

            problems.Add($"{key} = '{path}': {(text.Length == 0 ? "the file is empty" : "the file is too large")}");
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    /// <summary>Checks a file that other code will read.</summary>
    /// <param name="key">The setting that names the file.</param>
    /// <param name="path">The file.</param>
    /// <param name="problems">Receives the problem.</param>
    /// <returns>false if there is a problem.</returns>
    public static bool IsFit(string key, string path, ICollection<string> problems)
    {
        using FileStream? file = Open(key, path, problems);
        return file is not null;
    }

    // Checks the mode of the open file, because the path may refer to another file by now.
    private static FileStream? Open(string key, string path, ICollection<string> problems)
    {
        FileStream? file = null;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file.SafeFileHandle) & ForOthers) == 0)
            {
                return file;
            }

            problems.Add($"{key} = '{path}': others can read this file: chmod 600 '{path}'");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // If there is no such file, the text may be the secret itself in the wrong setting.
            problems.Add(File.Exists(path)
                ? $"{key} = '{path}': the file cannot be read: {fault.Message}"
                : $"{key}: the file that it names does not exist; a secret itself belongs in a file with mode "
                    + "0600, or in the environment variable without the suffix File");
        }

        file?.Dispose();
        return null;
    }
}
