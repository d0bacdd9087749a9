using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds;

namespace LowLatency.Replay.Npz;

/// <summary>
/// The scale of feed data: the coarsest powers of ten in which the shortest text of each double is whole. For up to
/// fifteen digits, this is the text that the double was made from.
/// </summary>
internal sealed class FeedRowScale
{
    // The shortest text of a double has at most 24 bytes.
    private readonly byte[] _text = new byte[32];

    private FeedRowScale()
    {
    }

    /// <summary>Decimals of prices, 0 to 12.</summary>
    public int PriceDecimals { get; private set; }

    /// <summary>Decimals of quantities, 0 to 12.</summary>
    public int QuantityDecimals { get; private set; }

    /// <summary>Local time of the first row, nanoseconds since the Unix epoch; 0 if there is none.</summary>
    public long FirstTimeNs { get; private set; }

    /// <summary>Reads all rows once.</summary>
    /// <exception cref="InvalidDataException">A number has more than twelve decimals, or is out of range for the finest
    /// ones.</exception>
    public static FeedRowScale Measure(IEnumerable<PlacedRow> rows)
    {
        var scale = new FeedRowScale();
        PlacedRow highest = default;
        PlacedRow largest = default;
        foreach (PlacedRow placed in rows)
        {
            scale.FirstTimeNs = scale.FirstTimeNs == 0 ? placed.Row.LocalTimeNs : scale.FirstTimeNs;
            if (double.IsFinite(placed.Row.Price))
            {
                scale.PriceDecimals = Math.Max(scale.PriceDecimals, scale.Decimals(in placed, placed.Row.Price));
                highest = placed.Row.Price > highest.Row.Price ? placed : highest;
            }

            if (placed.Row.Kind != FeedRow.DepthClear)
            {
                scale.QuantityDecimals =
                    Math.Max(scale.QuantityDecimals, scale.Decimals(in placed, placed.Row.Quantity));
                largest = placed.Row.Quantity > largest.Row.Quantity ? placed : largest;
            }
        }

        // If the largest numbers fit, all do.
        scale.Price(in highest);
        scale.Quantity(in largest);
        return scale;
    }

    /// <summary>Uses the increments of an instrument if they are finer.</summary>
    public void Refine(in InstrumentScale other)
    {
        PriceDecimals = Math.Max(PriceDecimals, other.PriceDecimals);
        QuantityDecimals = Math.Max(QuantityDecimals, other.QuantityDecimals);
    }

    /// <summary>A row's price in increments.</summary>
    /// <exception cref="InvalidDataException">It is out of range.</exception>
    public long Price(in PlacedRow placed) => Increments(in placed, placed.Row.Price, PriceDecimals);

    /// <summary>A row's quantity in increments.</summary>
    /// <exception cref="InvalidDataException">It is out of range.</exception>
    public long Quantity(in PlacedRow placed) => Increments(in placed, placed.Row.Quantity, QuantityDecimals);

    // Minus zero is zero.
    private ReadOnlySpan<byte> TextOf(double value)
    {
        (value == 0 ? 0 : value).TryFormat(_text, out int length, "R", CultureInfo.InvariantCulture);
        return _text.AsSpan(0, length);
    }

    private int Decimals(in PlacedRow placed, double value)
    {
        ReadOnlySpan<byte> text = TextOf(value);
        int decimals = WireNumber.SignificantDecimals(text);
        return decimals <= InstrumentScale.MaxDecimals
            ? decimals
            : throw placed.Fault(
                $"{Encoding.ASCII.GetString(text)} has more than {InstrumentScale.MaxDecimals} decimals");
    }

    private long Increments(in PlacedRow placed, double value, int decimals)
    {
        ReadOnlySpan<byte> text = TextOf(value);
        return WireNumber.ParseWithExponent(text, decimals, out long increments) == NumberStatus.Ok
            ? increments
            : throw placed.Fault($"{Encoding.ASCII.GetString(text)} is too large to be counted in increments of "
                + $"{decimals} decimals, which other rows need");
    }
}
