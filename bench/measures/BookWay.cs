using System;

namespace LowLatency.Measures;

/// <summary>A book that is measured.</summary>
/// <param name="Name">What it is, in words.</param>
/// <param name="Measure">Measures one round of it.</param>
internal sealed record BookWay(string Name, Func<BookStream, BookTimes> Measure)
{
    /// <summary>Gives a way that is compiled for its book.</summary>
    public static BookWay Of<TBook>(string name)
        where TBook : struct, IMeasuredBook<TBook> => new(name, BookMeasure.Measure<TBook>);
}

/// <summary>What a round has taken.</summary>
/// <param name="UpdateNs">Nanoseconds a level update.</param>
/// <param name="WalkNs">Nanoseconds a walk.</param>
/// <param name="Seen">A hash of the bests and walks that the book has shown.</param>
/// <param name="Bytes">Bytes allocated.</param>
/// <param name="Collections">Garbage collections.</param>
internal readonly record struct BookTimes(double UpdateNs, double WalkNs, ulong Seen, long Bytes, int Collections)
{
    public BookTimes Best(BookTimes other) => UpdateNs == 0
        ? other
        : new BookTimes(
            Math.Min(UpdateNs, other.UpdateNs),
            Math.Min(WalkNs, other.WalkNs),
            other.Seen,
            Math.Max(Bytes, other.Bytes),
            Math.Max(Collections, other.Collections));
}
