using System;
using LowLatency.Engine.Events;

namespace LowLatency.Feeds;

/// <summary>
/// The events of one input before publication. A message is parsed to the end before any of it is published, so a bad
/// message leaves no trace. Single thread.
/// </summary>
internal sealed class EventBatch
{
    private EngineInput[] _items = new EngineInput[4096];

    // Events below this index are never truncated; at most Count.
    private int _floor;

    /// <summary>Space for text with resolved escapes; reset for each message.</summary>
    public byte[] Scratch { get; } = new byte[64 * 1024];

    /// <summary>The <see cref="EngineInput.WireStamp"/> of the current input, which each event carries.</summary>
    public uint WireStamp { get; private set; }

    /// <summary>Number of events.</summary>
    public int Count { get; private set; }

    /// <summary>The events.</summary>
    public Span<EngineInput> Items => _items.AsSpan(0, Count);

    /// <summary>Appends an event for the caller to fill in; all fields except the stamp are zero.</summary>
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
    /// The free slots after the last event, for callers that write complete events: their content is undefined. Nothing
    /// is appended until <see cref="Advance"/>.
    /// </summary>
    public Span<EngineInput> FreeSlots => _items.AsSpan(Count);

    /// <summary>Appends the events written to the first slots of <see cref="FreeSlots"/>.</summary>
    public void Advance(int count) => Count += count;

    /// <summary>Inserts an event at an index for the caller to fill in.</summary>
    public ref EngineInput Insert(int index)
    {
        Add();
        Array.Copy(_items, index, _items, index + 1, Count - 1 - index);
        _items[index] = new EngineInput { WireStamp = WireStamp };
        return ref _items[index];
    }

    /// <summary>Empties the batch for the next input.</summary>
    public void Clear(uint wireStamp = 0) => (Count, _floor, WireStamp) = (0, 0, wireStamp);

    /// <summary>Removes the events from an index on, except those marked by <see cref="Keep"/>.</summary>
    public void Truncate(int count) => Count = Math.Max(count, _floor);

    /// <summary>The events so far will be published even if the rest of the input is bad.</summary>
    public void Keep() => _floor = Count;
}
