using System;
using System.Collections.Generic;
using System.Globalization;
using LowLatency.Engine.Signals;

namespace LowLatency.Host.Cli;

/// <summary>The measured worth of a signal as text.</summary>
internal static class SignalWorthText
{
    private const double Percent = 100;

    /// <summary>"73.6 % of 775 (70.3 to 76.5)", or "no case".</summary>
    public static string Share(long right, long wrong) =>
        WilsonInterval.Of(right, right + wrong) is { IsDefined: true } interval
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{interval.Share * Percent:0.0} % of {right + wrong} ({interval.Low * Percent:0.0} to "
            + $"{interval.High * Percent:0.0})")
        : "no case";

    /// <summary>A line for each signal with predictions: right at the next direction and after ten seconds.</summary>
    public static IEnumerable<string> Lines(Func<SignalKind, WorthHorizon, WorthCounts> read)
    {
        foreach (SignalKind kind in Enum.GetValues<SignalKind>())
        {
            WorthCounts next = read(kind, WorthHorizon.NextDirection);
            WorthCounts later = read(kind, WorthHorizon.TenSeconds);
            if (next.Right + next.Wrong + later.Right + later.Wrong != 0)
            {
                yield return $"{Name(kind)}: next direction right in {Share(next.Right, next.Wrong)}, base rule "
                    + $"{Share(next.BaseRight, next.BaseWrong)}; after 10 s {Share(later.Right, later.Wrong)}";
            }
        }
    }

    /// <summary>A signal's name.</summary>
    public static string Name(SignalKind kind) => kind switch
    {
        SignalKind.DirectionMask => "mask",
        SignalKind.MicroPrice => "micro-price",
        SignalKind.DepthImbalance => "depth imbalance",
        SignalKind.TradeFlow => "trade flow",
        _ => "order flow",
    };

    /// <summary>A horizon's name.</summary>
    public static string Name(WorthHorizon horizon) => horizon switch
    {
        WorthHorizon.NextDirection => "next direction",
        WorthHorizon.OneSecond => "1 s",
        WorthHorizon.TenSeconds => "10 s",
        _ => "60 s",
    };
}
