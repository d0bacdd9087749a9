using System;
using System.Runtime.CompilerServices;

namespace LowLatency.Engine.Orders;

/// <summary>
/// The reason of a strategy's request. Reasons are the strategy's own: members of an enum of bytes that it names in
/// <see cref="Strategies.StrategyAttribute.Reasons"/>, numbered from <see cref="First"/> on. The number is recorded,
/// and shown as the member's <see cref="Strategies.TextAttribute"/>. Default: no reason.
/// </summary>
public readonly record struct StrategyReason
{
    /// <summary>The first number of a strategy's own reasons; the last one is 255. The numbers below are the engine's.
    /// </summary>
    public const byte First = 128;

    // Numbers below First that belong to strategies: those of the built-in ones, and what older versions had for the
    // rest (6 and 20). They are in journals and decision hashes, so they stay what they are.
    private const ulong Retired =
        1UL << 1 | 1UL << 2 | 1UL << 6 | 1UL << 8 | 1UL << 9 | 1UL << 10 | 1UL << 11 | 1UL << 12 | 1UL << 13 | 1UL << 14
        | 1UL << 20 | 1UL << 39;

    private const byte UnnamedNumber = 20;

    private StrategyReason(DecisionReason recorded) => Recorded = recorded;

    /// <summary>A reason that has no name.</summary>
    public static StrategyReason Unnamed => new((DecisionReason)UnnamedNumber);

    /// <summary>The reason as it is recorded, and comes back in <see cref="Strategies.OrderUpdate.CancelReason"/>.
    /// </summary>
    public DecisionReason Recorded { get; }

    /// <summary>A member of the strategy's own enum.</summary>
    /// <typeparam name="TReason">An enum of bytes.</typeparam>
    /// <param name="reason">The member; <see cref="Unnamed"/> takes the place of a number that is the engine's.</param>
    public static StrategyReason Of<TReason>(TReason reason)
        where TReason : unmanaged, Enum
    {
        byte number = Unsafe.As<TReason, byte>(ref reason);
        return IsOfStrategies(number) ? new StrategyReason((DecisionReason)number) : Unnamed;
    }

    /// <summary>true for a number that a strategy may give: from <see cref="First"/> on, and those of the built-in
    /// strategies.</summary>
    public static bool IsOfStrategies(byte number) =>
        number >= First || (number < 64 && (Retired >> number & 1) != 0);

    /// <summary>A reason of the engine's own, for the parts of composite orders, or one that was recorded.</summary>
    internal static StrategyReason OfRecorded(DecisionReason reason) => new(reason);
}
