using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;

namespace LowLatency.Tests.Tidy;

/// <summary>All venue folders have the same structure.</summary>
public sealed class VenueFolderTests
{
    private static readonly string[] s_parts = ["Parser", "Scanner", "Session", "SyncRule", "Venue"];

    public static TheoryData<string> Venues => new(Directory
        .EnumerateDirectories(Path.Combine(SourceTree.Root, "feeds"))
        .Select(folder => Path.GetFileName(folder))
        .Where(name => File.Exists(Path.Combine(SourceTree.Root, "feeds", name, $"{name}Venue.cs"))).Order());

    [Theory]
    [MemberData(nameof(Venues))]
    public void ShouldHoldTheSamePartsUnderTheSameNames(string venue)
    {
        IEnumerable<string> files = Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "feeds", venue), "*.cs")
            .Select(file => Path.GetFileName(file));

        Assert.Empty(s_parts.Select(part => $"{venue}{part}.cs").Except(files));
    }

    [Fact]
    public void ShouldKnowEveryVenueOfTheTable() => Assert.Equal(7, Venues.Count);
}
