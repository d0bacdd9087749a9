using System.Collections.Generic;
using System.Globalization;
using System.IO;

namespace LowLatency.Replay.Npz;

/// <summary>A row with its location for error messages.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Number">Its index in the file, from 0 as in NumPy.</param>
/// <param name="Row">The row.</param>
internal readonly record struct PlacedRow(string Path, long Number, FeedRow Row)
{
    /// <summary>An error that names the row.</summary>
    public InvalidDataException Fault(string problem) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{Path}, row {Number}: {problem}"));
}

/// <summary>
/// Reads the local rows of files, one file after the other, and rejects invalid ones. Rows of the exchange only are
/// skipped.
/// </summary>
internal sealed class FeedRowSource(IReadOnlyList<string> paths)
{
    /// <summary>Local rows of the last pass that are not used: user-defined kinds, and trades without a side.</summary>
    public long Ignored { get; private set; }

    /// <summary>Reads all files from the start.</summary>
    /// <exception cref="FileNotFoundException">A file does not exist.</exception>
    /// <exception cref="InvalidDataException">A file is invalid; the message names file and row.</exception>
    public IEnumerable<PlacedRow> Read()
    {
        Ignored = 0;
        long lastNs = 1;
        foreach (string path in paths)
        {
            long number = 0;
            foreach (FeedRow row in NpzFile.Read(path))
            {
                var placed = new PlacedRow(path, number++, row);
                if ((row.Event & FeedRow.AtLocal) == 0)
                {
                    continue;
                }

                if (!IsUsed(in placed))
                {
                    Ignored++;
                    continue;
                }

                Check(in placed, lastNs);
                lastNs = row.LocalTimeNs;
                yield return placed;
            }
        }
    }

    private static bool IsUsed(in PlacedRow placed)
    {
        ulong kind = placed.Row.Kind;
        if (kind is >= FeedRow.FirstOrderKind and <= FeedRow.LastOrderKind)
        {
            throw placed.Fault($"event {kind} is a single-order event; only levels, trades and tops are supported");
        }

        bool hasSide = (placed.Row.Event & (FeedRow.Buy | FeedRow.Sell)) != 0;
        return kind is FeedRow.Depth or FeedRow.DepthSnapshot or FeedRow.DepthClear or FeedRow.TopOfBook
            || (kind == FeedRow.Trade && hasSide);
    }

    private static void Check(in PlacedRow placed, long lastNs)
    {
        FeedRow row = placed.Row;
        ulong sides = row.Event & (FeedRow.Buy | FeedRow.Sell);
        if (row.LocalTimeNs < lastNs)
        {
            throw placed.Fault(row.LocalTimeNs <= 0
                ? $"local time {row.LocalTimeNs} is invalid"
                : $"local time {row.LocalTimeNs} is before the previous one, {lastNs}");
        }

        if (row.ExchangeTimeNs < 0)
        {
            throw placed.Fault($"exchange time {row.ExchangeTimeNs} is invalid");
        }

        if (sides == (FeedRow.Buy | FeedRow.Sell) || (sides == 0 && row.Kind != FeedRow.DepthClear))
        {
            throw placed.Fault(sides == 0 ? "a level without a side" : "it has both sides");
        }

        // In a clear only the price counts, and a non-finite one means the whole side.
        if (!(row.Kind == FeedRow.DepthClear && !double.IsFinite(row.Price)))
        {
            CheckNumber(in placed, "price", row.Price);
        }

        if (row.Kind != FeedRow.DepthClear)
        {
            CheckNumber(in placed, "quantity", row.Quantity);
        }
    }

    private static void CheckNumber(in PlacedRow placed, string name, double value)
    {
        if (!double.IsFinite(value) || value < 0)
        {
            throw placed.Fault(string.Create(
                CultureInfo.InvariantCulture, $"{name} {value:R} is not a number of 0 or more"));
        }
    }
}
