using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.Json;
using System.Xml.Linq;
using LowLatency.Host;
using Xunit;

namespace LowLatency.Tests.Tidy;

/// <summary>What the trading program carries: nothing that only the benches need.</summary>
public sealed class TradingBinaryTests
{
    [Fact]
    public void ShouldCarryNoRivalOfTheBenches()
    {
        IReadOnlyCollection<Assembly> closure = Closure(typeof(Program).Assembly);

        Assert.Contains(closure, assembly => assembly.GetName().Name == "LowLatency.Measures");
        Assert.DoesNotContain(closure, assembly => assembly.GetName().Name is "LowLatency.Bench");
        Assert.DoesNotContain(
            closure.Where(IsOurs).SelectMany(assembly => assembly.GetTypes()),
            type => type.FullName!.Contains("Rival", StringComparison.Ordinal));
    }

    [Fact]
    public void ShouldCarryNoPackageOfTheBenches()
    {
        string[] projects = Directory
            .EnumerateFiles(SourceTree.Root, "*.csproj", SearchOption.AllDirectories).ToArray();
        string bench = Path.Combine(SourceTree.Root, "bench", "LowLatency.Bench.csproj");
        string tests = Path.Combine(SourceTree.Root, "tests");
        string[] benchOnly = Packages(bench)
            .Except(projects.Where(file => file != bench && !file.StartsWith(tests, StringComparison.Ordinal))
                .SelectMany(Packages)).ToArray();

        Assert.Contains("BenchmarkDotNet", benchOnly);
        Assert.Empty(LockedPackages("engine/host/packages.lock.json").Intersect(benchOnly));
    }

    private static bool IsOurs(Assembly assembly) =>
        assembly.GetName().Name is { } name
        && (name == "lowlatency" || name.StartsWith("LowLatency.", StringComparison.Ordinal));

    private static HashSet<Assembly> Closure(Assembly root)
    {
        var found = new HashSet<Assembly> { root };
        var open = new Queue<Assembly>(found);
        while (open.TryDequeue(out Assembly? assembly))
        {
            foreach (Assembly referenced in assembly.GetReferencedAssemblies().Select(Assembly.Load))
            {
                if (found.Add(referenced))
                {
                    open.Enqueue(referenced);
                }
            }
        }

        return found;
    }

    private static IEnumerable<string> Packages(string project) => XDocument.Load(project)
        .Descendants("PackageReference").Select(item => item.Attribute("Include")!.Value);

    private static string[] LockedPackages(string file)
    {
        using var locked = JsonDocument.Parse(File.ReadAllText(Path.Combine(SourceTree.Root, file)));
        return locked.RootElement.GetProperty("dependencies").EnumerateObject()
            .SelectMany(target => target.Value.EnumerateObject()).Select(package => package.Name).ToArray();
    }
}
