using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using BenchmarkDotNet.Running;
using LowLatency.Engine.Ring;
using LowLatency.Recorder;

namespace LowLatency.Bench;

/// <summary>
/// What is no matter of a user's own machine: <c>budgets</c> holds every hot path to the bytes that budgets.json allows
/// it and prints its time beside; <c>symbols</c> spreads the same work over 1 to 500 symbols; <c>books</c> measures the
/// book on all captures; <c>venues</c> each venue's scanner beside its parser; <c>lz4</c> the recorder's codec beside
/// the <c>lz4</c> tool; <c>wire</c> the way from a socket to an order on another; anything else goes to
/// BenchmarkDotNet.
/// </summary>
internal static class Program
{
    private const int WarmUps = 20_000;
    private const int Operations = 50_000;

    private static int Main(string[] args)
    {
        if (args is ["budgets"])
        {
            return CheckBudgets();
        }

        if (args is ["symbols"])
        {
            return SymbolsBench.Run();
        }

        if (args is ["books"])
        {
            return BooksBench.Run();
        }

        if (args is ["venues", .. string[] venues])
        {
            return VenueParseBench.Run(venues);
        }

        if (args is ["wire", .. string[] wire])
        {
            string? wait = wire.FirstOrDefault(word => word != "--json");
            return WireBench.Run(
                wait is null ? WaitStrategyKind.Block : Enum.Parse<WaitStrategyKind>(wait), wire.Contains("--json"));
        }

        if (args is ["lz4", .. string[] files])
        {
            return Lz4Bench.Run(files);
        }

        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
    }

    private static int CheckBudgets()
    {
        string file = Path.Combine(AppContext.BaseDirectory, "budgets.json");
        Dictionary<string, long> budgets =
            JsonSerializer.Deserialize<Dictionary<string, long>>(File.ReadAllText(file))!;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("lowlatency-bench-");
        int failures = 0;
        using (var recorder = new TickRecorder(Recording.Create(folder.FullName, 0, "bench")))
        {
            IReadOnlyDictionary<string, Action> paths = HotPaths.Create(recorder);
            foreach (string name in budgets.Keys.Union(paths.Keys))
            {
                failures += Check(name, budgets, paths) ? 0 : 1;
            }
        }

        folder.Delete(recursive: true);
        return failures == 0 ? 0 : 1;
    }

    private static bool Check(
        string name, Dictionary<string, long> budgets, IReadOnlyDictionary<string, Action> paths)
    {
        if (!budgets.TryGetValue(name, out long allowed) || !paths.TryGetValue(name, out Action? operation))
        {
            Console.WriteLine($"{name}: stands in only one of budgets.json and the bench");
            return false;
        }

        Repeat(operation, WarmUps);
        long bytes = -GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        Repeat(operation, Operations);
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        bytes += GC.GetAllocatedBytesForCurrentThread();
        bool isWithin = bytes <= allowed * Operations;
        Console.WriteLine($"{name,-26} {took.TotalNanoseconds / Operations,10:0} ns  {bytes} bytes in {Operations} "
            + $"operations, {allowed} allowed each{(isWithin ? string.Empty : "  OVER BUDGET")}");
        return isWithin;
    }

    private static void Repeat(Action operation, int count)
    {
        for (int i = 0; i < count; i++)
        {
            operation();
        }
    }
}
