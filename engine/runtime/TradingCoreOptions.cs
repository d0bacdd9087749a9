using System;
using System.Collections.Generic;
using LowLatency.Engine.Events;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Ring;
using LowLatency.Recorder.Journal;

namespace LowLatency.Engine.Runtime;

/// <summary>The options of a <see cref="TradingCore"/>. Immutable.</summary>
public sealed record TradingCoreOptions
{
    /// <summary>The session's instruments, in the order of their ids.</summary>
    public required IReadOnlyList<InstrumentSetup> Instruments { get; init; }

    /// <summary>The engine's other options.</summary>
    public required EngineOptions Engine { get; init; }

    /// <summary>
    /// true: producers, engine and gateway share one thread, there is no inbound ring, and inputs are handled where
    /// they are published. false: each agent has a thread, or is called by the owner of the core.
    /// </summary>
    public bool IsOneThread { get; init; }

    /// <summary>Slots of the inbound ring, a power of two; an input has at most half as many events.</summary>
    public int InboundCapacity { get; init; } = 65_536;

    /// <summary>Slots of the outbound ring, a power of two.</summary>
    public int OutboundCapacity { get; init; } = 4096;

    /// <summary>true when the inbound ring has a single producer.</summary>
    public bool HasOneProducer { get; init; }

    /// <summary>true when several threads call the engine's agent in turn, under a lock of their own.</summary>
    public bool IsEngineShared { get; init; }

    /// <summary>
    /// How threads wait for each other. The rings share one strategy, so that a thread that sleeps on one ring also
    /// wakes for the other.
    /// </summary>
    public WaitStrategyKind WaitStrategy { get; init; }

    /// <summary>Records the inputs.</summary>
    public IInputLog Log { get; init; } = NullInputLog.Instance;

    /// <summary>
    /// The venue that takes the orders. null: there is no order gateway, and decisions are only observed.
    /// </summary>
    public IOrderVenue? Venue { get; init; }

    /// <summary>
    /// true: the venue has a thread of its own, so that a slow send blocks nothing else. false: it shares the gateway's
    /// thread, which saves a handover for each command. A paper venue always shares it.
    /// </summary>
    public bool HasVenueThread { get; init; } = true;

    /// <summary>The session's clock; null to use the receive time of the last input, on one thread only.</summary>
    public IReceiveClock? Clock { get; init; }

    /// <summary>The journal; null for none.</summary>
    public JournalWriter? Journal { get; init; }

    /// <summary>Measures how long the engine takes after the kill switch.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Called by the gateway with each request for a fresh book: instrument id and reason.</summary>
    public Action<int, StaleReason>? OnResync { get; init; }

    /// <summary>Where the engine's thread runs.</summary>
    public ThreadPlacement EngineThread { get; init; } = ThreadPlacement.Any;

    /// <summary>Where the order gateway's and the venue's threads run.</summary>
    public ThreadPlacement GatewayThread { get; init; } = ThreadPlacement.Any;

    /// <summary>
    /// Called by a producer that waits for room in the inbound ring, where one thread calls all agents and would
    /// otherwise wait forever; null otherwise.
    /// </summary>
    public Action? MakeInboundRoom { get; init; }

    /// <summary>The same for the outbound ring, called by the engine.</summary>
    public Action? MakeOutboundRoom { get; init; }
}
