using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

namespace LowLatency.Recorder;

/// <summary>
/// Opens regular files only. The path is checked first: opening a pipe would wait for its other end, and a device may
/// never end. Any thread.
/// </summary>
public static class RegularFile
{
    // From Linux' statx(2) and inode(7).
    private const int CurrentFolder = -100;
    private const uint TypeOnly = 1;
    private const int StatusBytes = 256;
    private const int ModeAt = 28;
    private const int TypeMask = 0xF000;
    private const int Pipe = 0x1000;
    private const int CharacterDevice = 0x2000;
    private const int BlockDevice = 0x6000;
    private const int Socket = 0xC000;

    /// <summary>Opens a file for reading while others may write to it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bufferBytes">Size of the stream's buffer.</param>
    /// <param name="problem">What the path is instead of a regular file, such as "is a folder"; null if it is
    /// one.</param>
    /// <returns>null if it is not a regular file.</returns>
    /// <exception cref="IOException">It cannot be read, or does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">It is not readable.</exception>
    public static FileStream? OpenRead(string path, int bufferBytes, out string? problem)
    {
        problem = WhatElse(path);
        try
        {
            return problem is null
                ? new FileStream(
                    path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferBytes)
                : null;
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException
            && new FileInfo(path).LinkTarget is not null)
        {
            problem = $"is a link to '{new FileInfo(path).LinkTarget}', which is not there";
            return null;
        }
    }

    /// <summary>Refuses what is there in a file's place.</summary>
    /// <param name="path">The file; it may be missing.</param>
    /// <exception cref="InvalidDataException">It is a folder, pipe, device or socket.</exception>
    public static void Require(string path)
    {
        if (WhatElse(path) is { } problem)
        {
            throw new InvalidDataException($"'{path}' {problem}, not a file: it is not opened");
        }
    }

    private static string? WhatElse(string path)
    {
        if (Directory.Exists(path))
        {
            return "is a folder";
        }

        return TypeOf(path) switch
        {
            Pipe => "is a pipe",
            CharacterDevice or BlockDevice => "is a device",
            Socket => "is a socket",
            _ => null,
        };
    }

    private static int TypeOf(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        byte[] status = new byte[StatusBytes];
        byte[] name = Encoding.UTF8.GetBytes(path + '\0');
        return ReadStatus(CurrentFolder, name, 0, TypeOnly, status) == 0
            ? BitConverter.ToUInt16(status, ModeAt) & TypeMask
            : 0;
    }

    // statx(2), because its structure is the same on every architecture.
    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ReadStatus(int folder, byte[] path, int flags, uint mask, byte[] status);
}
