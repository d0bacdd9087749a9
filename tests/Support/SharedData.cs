using System;
using System.IO;
using Xunit;

namespace LowLatency.Tests.Support;

/// <summary>Finds the real captures, which are next to the project and never part of it.</summary>
internal static class SharedData
{
    /// <summary>The folder shared/data next to the project's root, or null if there is none.</summary>
    public static string? Root { get; } = Find();

    /// <summary>The path of a capture. If it is missing, the test is skipped with instructions.</summary>
    public static string Require(string relative)
    {
        string path = Path.Combine(Root ?? string.Empty, relative);
        Assert.SkipUnless(
            Root is not null && File.Exists(path),
            $"the capture {relative} is missing: run tests/fetch-captures.sh to download it");
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
