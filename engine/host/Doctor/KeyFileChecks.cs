using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LowLatency.Host.Cli;
using LowLatency.Host.Configuration;
using LowLatency.Host.Security;
using LowLatency.Recorder;

namespace LowLatency.Host.Doctor;

/// <summary>
/// Files with keys must be accessible only to their owner. They are found by the names of the settings.
/// </summary>
internal static class KeyFileChecks
{
    private const string Check = "keys";

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public static IEnumerable<Finding> Run(IEnumerable<ShownSetting> settings)
    {
        string[] files = settings
            .Where(item => item.Value.Length != 0
                && SecretKeys.IsSecretFile(item.Key))
            .Select(item => item.Value).ToArray();
        return files.Length == 0
            ? [Finding.Ok(Check, "none: market data and paper trading need none")]
            : files.Select(CheckFile);
    }

    private static Finding CheckFile(string file)
    {
        if (!File.Exists(file))
        {
            return Finding.Fail(
                Check, ExitCode.NotFound, $"{file}: no such file", "name the file with the key");
        }

        if (OperatingSystem.IsWindows())
        {
            return Finding.Ok(Check, $"{file}: this system has no file modes to check");
        }

        UnixFileMode mode = File.GetUnixFileMode(file);
        string words = $"{file}: mode {FileEntry.TextOf(mode)}";
        return (mode & Others) != 0
            ? Finding.Fail(Check, ExitCode.Refused, $"{words}, so others can read it", $"chmod 600 {file}")
            : Finding.Ok(Check, words);
    }
}
