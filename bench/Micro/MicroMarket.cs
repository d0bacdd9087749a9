using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using LowLatency.Engine.Events;
using LowLatency.Engine.Instruments;

namespace LowLatency.Bench.Micro;

/// <summary>A change of one level, in increments.</summary>
internal readonly record struct LevelChange(Side Side, long Price, long Quantity);

/// <summary>Input of the benches: format and sizes of BTCUSDT futures, the same on every machine.</summary>
internal sealed class MicroMarket
{
    /// <summary>Initial levels per side.</summary>
    public const int LevelsASide = 1000;

    /// <summary>Changes per depth message, the median of the captured futures market.</summary>
    public const int ChangesInMessage = 34;

    /// <summary>Best bid at the start and after every complete pass; the best ask is one tick above.</summary>
    public const long Touch = 618_002;

    private const int FarthestRoot = 24;
    private const int MaxLots = 20_000;
    private ulong _state = 20_261_121;

    /// <summary>The futures scale of BTCUSDT: tenths of a dollar, thousandths of a bitcoin.</summary>
    public static InstrumentScale Scale { get; } = new(1, 3, 1, 1);

    /// <summary>A best bid and ask.</summary>
    public static byte[] BookTicker { get; } = Encoding.ASCII.GetBytes(
        """{"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":5123107839020,"s":"BTCUSDT","b":"61800.20","B":"2.507","a":"61800.30","A":"2.510","T":1723161256313,"E":1723161256313}}""");

    /// <summary>A trade.</summary>
    public static byte[] Trade { get; } = Encoding.ASCII.GetBytes(
        """{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161256344,"T":1723161256344,"s":"BTCUSDT","t":5266583936,"p":"61800.30","q":"0.199","X":"MARKET","m":false}}""");

    /// <summary>A depth message of the usual size.</summary>
    public static byte[] Depth { get; } = Encoding.ASCII.GetBytes(DepthText(5_123_107_837_557, new MicroMarket()
        .Changes(2).AsSpan(0, ChangesInMessage)));

    /// <summary>A random number below a limit.</summary>
    public long Draw(long below)
    {
        _state = (_state * 6_364_136_223_846_793_005) + 1_442_695_040_888_963_407;
        return (long)((_state >> 33) % (ulong)below);
    }

    /// <summary>The levels of a snapshot, best first.</summary>
    public static LevelChange[] Snapshot()
    {
        var levels = new LevelChange[2 * LevelsASide];
        for (int i = 0; i < LevelsASide; i++)
        {
            levels[2 * i] = new LevelChange(Side.Buy, Touch - i, 1000);
            levels[(2 * i) + 1] = new LevelChange(Side.Sell, Touch + 1 + i, 1000);
        }

        return levels;
    }

    /// <summary>
    /// Messages of <see cref="ChangesInMessage"/> changes. The touch moves and returns the same way, so that the
    /// changes can be applied repeatedly.
    /// </summary>
    /// <param name="messages">Number of messages, even.</param>
    public LevelChange[] Changes(int messages)
    {
        var changes = new List<LevelChange>(messages * ChangesInMessage);
        long[] moves = new long[messages];
        for (int i = 0; i < messages / 2; i++)
        {
            moves[i] = Draw(5) - 2;
            moves[^(i + 1)] = -moves[i];
        }

        long touch = Touch;
        foreach (long moved in moves)
        {
            int end = changes.Count + ChangesInMessage;
            touch += moved;
            for (long taken = 1; taken <= Math.Abs(moved); taken++)
            {
                changes.Add(moved > 0
                    ? new LevelChange(Side.Sell, touch + 1 - taken, 0)
                    : new LevelChange(Side.Buy, touch + taken, 0));
            }

            changes.Add(new LevelChange(Side.Buy, touch, 1 + Draw(MaxLots)));
            changes.Add(new LevelChange(Side.Sell, touch + 1, 1 + Draw(MaxLots)));
            while (changes.Count < end)
            {
                // Squared, so that near levels change more often than far ones; one in four is removed.
                long root = Draw(FarthestRoot);
                long distance = 1 + (root * root);
                long quantity = Draw(4) == 0 ? 0 : 1 + Draw(MaxLots);
                changes.Add(changes.Count % 2 == 0
                    ? new LevelChange(Side.Buy, touch - distance, quantity)
                    : new LevelChange(Side.Sell, touch + 1 + distance, quantity));
            }
        }

        return [.. changes];
    }

    /// <summary>Depth messages, one per line, up to a length in bytes.</summary>
    public byte[] Text(int length)
    {
        var text = new StringBuilder();
        LevelChange[] changes = Changes(1000);
        long updateId = 5_123_107_837_557;
        for (int i = 0; text.Length < length; i = (i + ChangesInMessage) % changes.Length)
        {
            updateId += 1 + Draw(9000);
            text.Append(DepthText(updateId, changes.AsSpan(i, ChangesInMessage))).Append('\n');
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, length));
    }

    /// <summary>A price as the venue writes it.</summary>
    public static string PriceText(long increments) =>
        (increments / 10m).ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>A quantity as the venue writes it.</summary>
    public static string QuantityText(long increments) =>
        (increments / 1000m).ToString("0.000", CultureInfo.InvariantCulture);

    private static string DepthText(long updateId, ReadOnlySpan<LevelChange> changes) => string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"stream\":\"btcusdt@depth@0ms\",\"data\":{{\"e\":\"depthUpdate\",\"E\":1723161256299,\"T\":1723161256298,"
        + $"\"s\":\"BTCUSDT\",\"U\":{updateId - 5000},\"u\":{updateId},\"pu\":{updateId - 5069},"
        + $"\"b\":[{Levels(changes, Side.Buy)}],\"a\":[{Levels(changes, Side.Sell)}]}}}}");

    private static StringBuilder Levels(ReadOnlySpan<LevelChange> changes, Side side)
    {
        var text = new StringBuilder();
        foreach (LevelChange change in changes)
        {
            if (change.Side == side)
            {
                text.Append(text.Length == 0 ? "[\"" : ",[\"").Append(PriceText(change.Price)).Append("\",\"")
                    .Append(QuantityText(change.Quantity)).Append("\"]");
            }
        }

        return text;
    }
}
