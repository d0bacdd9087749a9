using System;
using System.IO;
using System.Linq;
using LowLatency.Bench.Rivals;
using LowLatency.Feeds.Captures;
using LowLatency.Measures;

namespace LowLatency.Bench;

/// <summary>The book compared with other implementations, over all captures, venue by venue.</summary>
internal static class BooksBench
{
    private static readonly (string Venue, string Name, string[] Paths)[] s_captures =
    [
        ("binance-futures", "USD-M BTCUSDT 2024", ["hftbacktest/usdm/btcusdt_20240808.gz"]),
        ("binance", "spot BTCUSDT 2024",
            ["hftbacktest/spot/btcusdt_20240808.gz", "hftbacktest/spot/btcusdt_20240809.gz"]),
        ("coinbase", "Coinbase 2021", ["cryptofeed/COINBASE"]),
        ("kraken", "Kraken 2021", ["cryptofeed/KRAKEN"]),
        ("bybit", "Bybit 2021", ["cryptofeed/BYBIT"]),
        ("binance-futures", "USD-M 2021", ["cryptofeed/BINANCE_FUTURES"]),
    ];

    public static int Run()
    {
        string? root = FindCaptures();
        if (root is null)
        {
            Console.WriteLine("no captures found; run tests/fetch-captures.sh");
            return 1;
        }

        bool isRight = true;
        foreach ((string venue, string name, string[] paths) in s_captures)
        {
            string[] files = paths.Select(path => Path.Combine(root, path)).ToArray();
            using MeasuredInput input = MeasuredInput.Import(
                name, venue, () => Capture.Read(files, withSymbolLists: true, withOpenings: true));
            MeasureReport report = Measure.Run("book", input, new RivalYardsticks());
            report.WriteText(Console.Out);
            isRight &= report.Problem is null;
        }

        return isRight ? 0 : 1;
    }

    /// <summary>The folder of the captures next to the project, or null if there is none.</summary>
    public static string? FindCaptures()
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
