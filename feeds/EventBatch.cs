using System;
using LowLatency.Engine.Events;

namespace LowLatency.Feeds;

/// <summary>
/// The events of one input on their way into the ring. A message is read to its end before anything of it is
/// published, so that a message that turns out bad leaves no trace. One thread.
/// </summary>
internal sealed class EventBatch
{
    private EngineInput[] _items = new EngineInput[4096];

    // Events below it are never truncated; at most Count.
    private int _floor;

    /// <summary>Room for texts whose escapes had to be resolved; each message starts at its beginning.</summary>
    public byte[] Scratch { get; } = new byte[64 * 1024];

    /// <summary>See <see cref="EngineInput.WireStamp"/>: that of the input at hand, which each event carries.</summary>
    public uint WireStamp { get; private set; }

    /// <summary>Number of events.</summary>
    public int Count { get; private set; }

    /// <summary>The events.</summary>
    public Span<EngineInput> Items => _items.AsSpan(0, Count);

    /// <summary>Appends an event that the caller fills in; but for the stamp it starts as all zeros.</summary>
    public ref EngineInput Add()
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, _items.Length * 2);
        }

        ref EngineInput item = ref _items[Count++];
        item = default;
        item.WireStamp = WireStamp;
        return ref item;
    }

    /// <summary>
    /// Places behind the last event, as many as there are, for whoever fills events in whole: they hold what was there
    /// before. Nothing is appended until <see cref="Advance"/>.
    /// </summary>
    public Span<EngineInput> FreeSlots => _items.AsSpan(Count);

    /// <summary>Appends what was written to the first places of <see cref="FreeSlots"/>.</summary>
    public void Advance(int count) => Count += count;

    /// <summary>Makes a place in front of the events from an index on; the caller fills it in.</summary>
    public ref EngineInput Insert(int index)
    {
        Add();
        Array.Copy(_items, index, _items, index + 1, Count - 1 - index);
        _items[index] = new EngineInput { WireStamp = WireStamp };
        return ref _items[index];
    }

    /// <summary>Empties the batch for the next input.</summary>
    public void Clear(uint wireStamp = 0) => (Count, _floor, WireStamp) = (0, 0, wireStamp);

    /// <summary>Forgets the events from a place on, down to those that must be published whatever comes.</summary>
    public void Truncate(int count) => Count = Math.Max(count, _floor);

    /// <summary>What is in the batch now will be published even if the rest of the input turns out bad.</summary>
    public void Keep() => _floor = Count;
}
