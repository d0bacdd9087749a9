using System;
using System.IO;
using Xunit;

namespace LowLatency.Tests.Support;

/// <summary>Finds the real captures, which lie beside the project and are never part of it.</summary>
internal static class SharedData
{
    /// <summary>The folder shared/data beside the project's root, or null when there is none.</summary>
    public static string? Root { get; } = Find();

    /// <summary>The path of a capture. Without it the test is skipped, in words that say where to get it.</summary>
    public static string Require(string relative)
    {
        string path = Path.Combine(Root ?? string.Empty, relative);
        Assert.SkipUnless(
            Root is not null && File.Exists(path),
            $"the capture {relative} is not here: run tests/fetch-captures.sh, which downloads and checks it");
        return path;
    }

    private static string? Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string data = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(data))
            {
                return data;
            }
        }

        return null;
    }
}
