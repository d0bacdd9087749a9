namespace LowLatency.Engine.Orders;

/// <summary>
/// Order ids: a counter that never decreases, and the slot in the low bits, so that an order is found without a table.
/// <code>
/// 63 ........................ 16 | 15 composite? | 14 .... 0
///            counter             |               |   slot
/// </code>
/// A session's counter starts above that of the session before, and above 2^15 per second since the Unix epoch, so that
/// ids stay unique over restarts even if the journal is lost. Engine thread only.
/// </summary>
public sealed class OrderIds
{
    /// <summary>Maximum number of open orders, and of open composite orders. The last slot is for orders that were
    /// refused.</summary>
    public const int MaxSlots = SlotMask;

    private const int SlotMask = (1 << 15) - 1;
    private const int CounterShift = 16;
    private const long CountersASecond = 1 << 15;
    private const long CompositeBit = 1L << 15;

    /// <summary>Creates the counter.</summary>
    /// <param name="firstCounter">Where it starts, above 0.</param>
    public OrderIds(long firstCounter) => NextCounter = firstCounter;

    /// <summary>Counter of the next id.</summary>
    public long NextCounter { get; private set; }

    /// <summary>First counter of a session, unless the journal has a greater one.</summary>
    /// <param name="startNs">Start of the session, nanoseconds since the Unix epoch.</param>
    public static long FirstCounterAt(long startNs) => startNs / 1_000_000_000 * CountersASecond;

    /// <summary>The counter of an id.</summary>
    public static long CounterOf(long id) => id >> CounterShift;

    /// <summary>An id with this counter, in no particular slot.</summary>
    public static long IdOf(long counter) => counter << CounterShift;

    /// <summary>true for the id of a composite order.</summary>
    public static bool IsComposite(long id) => (id & CompositeBit) != 0;

    /// <summary>The slot of an id.</summary>
    public static int SlotOf(long id) => (int)(id & SlotMask);

    /// <summary>The id of a new order in a slot.</summary>
    internal long Next(int slot) => (NextCounter++ << CounterShift) | (uint)slot;

    /// <summary>The id under which a refusal can be looked up.</summary>
    internal long NextRefused() => (NextCounter++ << CounterShift) | SlotMask;

    /// <summary>The id of a new composite order in a slot.</summary>
    internal long NextComposite(int slot) => (NextCounter++ << CounterShift) | CompositeBit | (uint)slot;
}
