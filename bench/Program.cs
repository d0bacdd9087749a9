using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using BenchmarkDotNet.Running;
using LowLatency.Bench.Latency;
using LowLatency.Bench.Rivals;
using LowLatency.Bench.Soak;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Runtime;
using LowLatency.Measures;
using LowLatency.Recorder;
using LowLatency.Simulation.EmbeddedVenue;

namespace LowLatency.Bench;

/// <summary>Benches for developers; <c>lowlatency bench</c> has those for users. <c>budgets</c> compares the bytes
/// allocated by every hot path with budgets.json and shows its time; <c>measure</c> does what <c>lowlatency bench</c>
/// does, with other implementations for comparison in the same run; <c>symbols</c> spreads the same work over 1 to 500
/// symbols; <c>wire</c> measures from socket to order on another socket; <c>web</c> does so with clients on the web
/// server; <c>books</c> measures the book on all captures; <c>venues</c> each venue's scanner and parser; <c>lz4</c>
/// the recorder's codec and the
/// <c>lz4</c> tool; <c>soak</c> runs the live process for a long time and reports growth; <c>messages</c> writes the
/// messages that <c>parse</c> uses; <c>table</c> makes the README's table from the results of run.sh; anything else
/// goes to BenchmarkDotNet.
/// </summary>
internal static class Program
{
    private const int Operations = 50_000;
    private const int Passes = 5;

    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1.5);

    private static int Main(string[] args)
    {
        bool asJson = args.Contains("--json");
        switch (args.Where(word => word != "--json").ToArray())
        {
            case ["budgets"]:
                return Show(CheckBudgets(), asJson);
            case ["measure", string name, .. string[] input]:
                return Show(MeasureBesideRivals(name, input), asJson);
            case ["symbols"]:
                return Show(SymbolsBench.Run(), asJson);
            case ["wire"]:
                return Show(WireBench.Run(WaitStrategyKind.Block), asJson);
            case ["wire", string wait]:
                return Show(WireBench.Run(Enum.Parse<WaitStrategyKind>(wait)), asJson);
            case ["web"]:
                return Show(WebBench.Run(rounds: 5), asJson);
            case ["web", string rounds]:
                return Show(WebBench.Run(int.Parse(rounds, CultureInfo.InvariantCulture)), asJson);
            case ["web", string rounds, string priority]:
                return Show(
                    WebBench.Run(
                        int.Parse(rounds, CultureInfo.InvariantCulture),
                        int.Parse(priority, CultureInfo.InvariantCulture)),
                    asJson);
            case ["web-load", string port, string scrapes, string watchers]:
                return WebLoad.Run(
                    int.Parse(port, CultureInfo.InvariantCulture),
                    int.Parse(scrapes, CultureInfo.InvariantCulture),
                    int.Parse(watchers, CultureInfo.InvariantCulture));
            case ["books"]:
                return BooksBench.Run();
            case ["venues", .. string[] venues]:
                return VenueParseBench.Run(venues);
            case ["lz4", .. string[] files]:
                return Lz4Bench.Run(files);
            case ["soak", .. string[] words]:
                return SoakBench.RunAsync(words).GetAwaiter().GetResult();
            case ["messages", string input, string target]:
                return WriteMessages(input, target);
            case ["table", string results]:
                FiguresTable.Write(results, Console.Out);
                return 0;
            default:
                BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
                return 0;
        }
    }

    private static int Show(MeasureReport report, bool asJson)
    {
        if (asJson)
        {
            using var json = new Utf8JsonWriter(
                Console.OpenStandardOutput(), new JsonWriterOptions { Indented = true });
            report.WriteJson(json);
        }
        else
        {
            report.WriteText(Console.Out);
        }

        if (report.Problem is not null)
        {
            Console.Error.WriteLine(report.Problem);
        }

        return report.Problem is null ? 0 : 1;
    }

    private static MeasureReport MeasureBesideRivals(string name, string[] words)
    {
        using MeasuredInput? input = !Measure.NeedsInput(name) ? null
            : words is ["--input", string path] ? MeasuredInput.Open(path)
            : MeasuredInput.Import("generated USD-M BTCUSDT", GeneratedCapture.Venue, GeneratedCapture.Read);
        return Measure.Run(name, input, new RivalYardsticks());
    }

    private static int WriteMessages(string input, string target)
    {
        using MeasuredInput opened = MeasuredInput.Open(input);
        File.Delete(target);
        using FileStream file = PrivateFile.CreateNew(target);
        (int priceDecimals, int quantityDecimals, long tick) = (0, 0, 1);
        foreach (ParseMessage message in ParseMeasure.Messages(opened, out InstrumentScale scale))
        {
            file.Write(message.Body);
            file.Write("\n"u8);
            (priceDecimals, quantityDecimals, tick) =
                (scale.PriceDecimals, scale.QuantityDecimals, scale.TickIncrements);
        }

        Console.WriteLine($"--price-decimals {priceDecimals} --quantity-decimals {quantityDecimals} "
            + $"--tick-increments {tick}");
        return 0;
    }

    private static MeasureReport CheckBudgets()
    {
        string file = Path.Combine(AppContext.BaseDirectory, "budgets.json");
        Dictionary<string, long> budgets =
            JsonSerializer.Deserialize<Dictionary<string, long>>(File.ReadAllText(file))!;
        var folder = new DirectoryInfo(PrivateFile.CreateTemporaryFolder("lowlatency-bench-"));
        var figures = new List<Figure>();
        var problems = new List<string>();
        using (var thread = new RecorderThread(Recording.Create(folder.FullName, 0, "bench")))
        {
            IReadOnlyDictionary<string, Action> paths = HotPaths.Create(thread.Recorder);
            foreach (string name in budgets.Keys.Union(paths.Keys))
            {
                if (!budgets.TryGetValue(name, out long allowed) || !paths.TryGetValue(name, out Action? operation))
                {
                    problems.Add($"{name} is in only one of budgets.json and the bench");
                    continue;
                }

                (double ns, long bytes) = Time(operation);
                figures.Add(Figure.Ours(
                    name,
                    ("ns_per_operation", ns),
                    (FigureNames.AllocatedBytes, bytes),
                    ("allowed_bytes_per_operation", allowed)));
                if (bytes > allowed * Operations)
                {
                    problems.Add($"{name} is over its budget");
                }
            }
        }

        folder.Delete(recursive: true);
        return new MeasureReport(
            "budgets",
            $"{Operations} operations of each hot path",
            "one thread, best of 5 passes for the time, all bytes of all passes; compared with bench/budgets.json",
            figures,
            problems.Count == 0 ? null : string.Join("; ", problems));
    }

    private static (double Ns, long Bytes) Time(Action operation)
    {
        // Long enough for the JIT compiler to finish, which works in the background, in steps.
        var warmUp = Stopwatch.StartNew();
        while (warmUp.Elapsed < s_warmUp)
        {
            Repeat(operation, Operations / Passes);
        }

        double best = double.MaxValue;
        long bytes = -GC.GetAllocatedBytesForCurrentThread();
        for (int pass = 0; pass < Passes; pass++)
        {
            long start = Stopwatch.GetTimestamp();
            Repeat(operation, Operations / Passes);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds / (Operations / Passes));
        }

        bytes += GC.GetAllocatedBytesForCurrentThread();
        return (best, bytes);
    }

    private static void Repeat(Action operation, int count)
    {
        for (int i = 0; i < count; i++)
        {
            operation();
        }
    }
}
