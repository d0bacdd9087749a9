using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

namespace LowLatency.Recorder;

/// <summary>Kinds of folder entries.</summary>
public enum EntryKind
{
    /// <summary>There is no entry.</summary>
    None,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link, also a broken one.</summary>
    Link,

    /// <summary>A device, a pipe or a socket.</summary>
    Other,
}

/// <summary>
/// An entry of a folder; links are not followed. Owner, group, mode and number are known on Linux only; on other
/// systems devices and pipes count as files.
/// </summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Mode">Permissions; none if unknown.</param>
/// <param name="Owner">User id of the owner; null if unknown.</param>
/// <param name="Group">Group id; null if unknown.</param>
/// <param name="Number">Inode number; 0 if unknown.</param>
/// <param name="Device">Number of the file system; 0 if unknown.</param>
public readonly record struct FileEntry(
    EntryKind Kind, UnixFileMode Mode, uint? Owner, uint? Group, ulong Number, ulong Device)
{
    // statx(2): the structure has the same layout on every processor.
    private const int StatxBytes = 256;
    private const int OwnerOffset = 20;
    private const int GroupOffset = 24;
    private const int ModeOffset = 28;
    private const int NumberOffset = 32;
    private const int DeviceOffset = 136;
    private const uint BasicStats = 0x7FF;
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;

    private const int KindMask = 0xF000;
    private const int RegularKind = 0x8000;
    private const int FolderKind = 0x4000;
    private const int LinkKind = 0xA000;
    private const int ModeMask = 0xFFF;

    private const UnixFileMode ForGroup =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;

    private const UnixFileMode ForOthers =
        UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>The entry of a path; an entry that cannot be read counts as none.</summary>
    public static FileEntry Of(string path) =>
        TryStat(CurrentFolder, Path.GetFullPath(path), NoFollow, out FileEntry entry) ? entry : Plain(path);

    /// <summary>The entry of an open file, also if its path has been replaced.</summary>
    public static FileEntry Of(FileStream file)
    {
        ArgumentNullException.ThrowIfNull(file);
        int handle = (int)file.SafeFileHandle.DangerousGetHandle();
        return TryStat(handle, string.Empty, EmptyPath, out FileEntry entry) ? entry : Plain(file.Name);
    }

    /// <summary>The octal digits of permissions, such as 0640.</summary>
    public static string TextOf(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');

    /// <summary>The permissions of users other than its owner. Many systems give each user a group of the same number,
    /// with nobody else in it: of an entry that this user and such a group own, the group's do not count.</summary>
    /// <param name="user">The user id of this process.</param>
    public UnixFileMode OfOthers(uint user) =>
        Mode & (Owner == user && Group == user ? ForOthers : ForOthers | ForGroup);

    /// <summary>The effective user of this process; null if unknown.</summary>
    public static uint? User() => OperatingSystem.IsWindows() ? null : EffectiveUser();

    private static FileEntry Plain(string path)
    {
        var file = new FileInfo(path);
        FileAttributes attributes = file.Attributes;
        EntryKind kind = attributes == (FileAttributes)(-1) ? EntryKind.None
            : file.LinkTarget is not null ? EntryKind.Link
            : (attributes & FileAttributes.Directory) != 0 ? EntryKind.Folder
            : EntryKind.File;
        UnixFileMode mode = OperatingSystem.IsWindows() || kind == EntryKind.None ? default : file.UnixFileMode;
        return new FileEntry(kind, mode, null, null, 0, 0);
    }

    private static bool TryStat(int folder, string path, int flags, out FileEntry entry)
    {
        entry = default;
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        byte[] stat = new byte[StatxBytes];
        try
        {
            if (Statx(folder, Encoding.UTF8.GetBytes(path + '\0'), flags, BasicStats, stat) != 0)
            {
                // There is no entry, or it cannot be read.
                return true;
            }
        }
        catch (EntryPointNotFoundException)
        {
            // The C library is from before 2018.
            return false;
        }

        ushort mode = BitConverter.ToUInt16(stat, ModeOffset);
        EntryKind kind = (mode & KindMask) switch
        {
            RegularKind => EntryKind.File,
            FolderKind => EntryKind.Folder,
            LinkKind => EntryKind.Link,
            _ => EntryKind.Other,
        };
        entry = new FileEntry(
            kind,
            (UnixFileMode)(mode & ModeMask),
            BitConverter.ToUInt32(stat, OwnerOffset),
            BitConverter.ToUInt32(stat, GroupOffset),
            BitConverter.ToUInt64(stat, NumberOffset),
            BitConverter.ToUInt64(stat, DeviceOffset));
        return true;
    }

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, byte[] path, int flags, uint mask, byte[] stat);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint EffectiveUser();
}
