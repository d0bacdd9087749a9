using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LowLatency.Feeds.Scan;

/// <summary>
/// A UTC time with six decimals, as in <c>2026-09-08T16:05:29.150794Z</c>. Two overlapping vectors hold all of it, and
/// neighbouring digits are converted together.
/// </summary>
internal static class Rfc3339Text
{
    /// <summary>Length of such a time.</summary>
    public const int Bytes = 27;

    private const long NsPerSecond = 1_000_000_000;
    private const int NsPerUs = 1_000;
    private const int SecondsPerDay = 86_400;
    private const int ClockStart = 11;

    // Days before 1970, for years that begin in March.
    private const int DaysBefore1970 = 719_469;

    // A valid byte is at least the form's byte, and exceeds it by at most the range.
    private static ReadOnlySpan<byte> DateForm => "0000-00-00T00:00"u8;

    private static ReadOnlySpan<byte> DateRange => [9, 9, 9, 9, 0, 9, 9, 0, 9, 9, 0, 9, 9, 0, 9, 9];

    private static ReadOnlySpan<byte> ClockForm => "00:00:00.000000Z"u8;

    private static ReadOnlySpan<byte> ClockRange => [9, 9, 0, 9, 9, 0, 9, 9, 0, 9, 9, 9, 9, 9, 9, 0];

    /// <summary>Reads a time like <see cref="WireTime.TryParseRfc3339"/>.</summary>
    /// <param name="text">Its first byte; <see cref="Bytes"/> must be readable.</param>
    /// <param name="timeNs">Nanoseconds since the Unix epoch.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead<TVectors>(ref readonly byte text, out long timeNs)
        where TVectors : struct, IScanVectors => TVectors.IsScalar
        ? WireTime.TryParseRfc3339(MemoryMarshal.CreateReadOnlySpan(in text, Bytes), out timeNs)
        : TryRead(in text, out timeNs);

    private static bool TryRead(ref readonly byte text, out long timeNs)
    {
        timeNs = 0;
        Vector128<byte> date = Vector128.LoadUnsafe(in text) - Load(DateForm);
        Vector128<byte> clock = Vector128.LoadUnsafe(in text, ClockStart) - Load(ClockForm);
        if (((Vector128.Min(date, Load(DateRange)) ^ date) | (Vector128.Min(clock, Load(ClockRange)) ^ clock))
            != Vector128<byte>.Zero)
        {
            return false;
        }

        // Year (two), month, day; hour, minute, second, nothing, and three pairs of decimals: sixteen bits each.
        ulong days = Pairs(Vector128.Shuffle(date, Vector128.Create(
            (byte)0, 1, 2, 3, 5, 6, 8, 9, 255, 255, 255, 255, 255, 255, 255, 255))).ToScalar();
        Vector128<ulong> times = Pairs(Vector128.Shuffle(clock, Vector128.Create(
            (byte)0, 1, 3, 4, 6, 7, 255, 255, 9, 10, 11, 12, 13, 14, 255, 255)));
        ulong seconds = times.ToScalar();
        ulong decimals = times.GetElement(1);
        int year = (Field(days, 0) * 100) + Field(days, 1);
        int month = Field(days, 2);
        int day = Field(days, 3);
        int hour = Field(seconds, 0);
        int minute = Field(seconds, 1);
        int second = Field(seconds, 2);
        if (year is < 1970 or > 2200 || month is < 1 or > 12 || day < 1 || hour > 23 || minute > 59 || second > 59
            || (day > 28 && day > DateTime.DaysInMonth(year, month)))
        {
            return false;
        }

        int us = (Field(decimals, 0) * 10_000) + (Field(decimals, 1) * 100) + Field(decimals, 2);
        long sum = ((long)DaysSinceEpoch(year, month, day) * SecondsPerDay) + (hour * 3600) + (minute * 60) + second;
        timeNs = (sum * NsPerSecond) + ((long)us * NsPerUs);
        return true;
    }

    // If years begin in March, the leap day is the last day, and months form groups of five with 153 days.
    private static int DaysSinceEpoch(int year, int month, int day)
    {
        if (month < 3)
        {
            year--;
            month += 12;
        }

        return (365 * year) + (year / 4) - (year / 100) + (year / 400) + (((153 * (month - 3)) + 2) / 5) + day
            - DaysBefore1970;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Field(ulong pairs, int index) => (int)(pairs >> (16 * index)) & 0xFF;

    // Tens in the lower byte, ones in the upper.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Pairs(Vector128<byte> digits)
    {
        Vector128<ushort> twos = digits.AsUInt16();
        return (((twos & Vector128.Create((ushort)0xFF)) * Vector128.Create((ushort)10)) + (twos >> 8)).AsUInt64();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Load(ReadOnlySpan<byte> lanes) =>
        Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(lanes));
}
