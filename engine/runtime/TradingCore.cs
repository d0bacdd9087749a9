using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Runtime.ExceptionServices;
using System.Threading;
using LowLatency.Engine.Events;
using LowLatency.Engine.Paper;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Runtime.Gateways;
using LowLatency.Engine.Threading;

namespace LowLatency.Engine.Runtime;

/// <summary>
/// All wiring between the producers of events and the venue: rings, agents, and the threads that run them. The live
/// process, the simulator, replay, bench and tests build it and add producers and observers.
/// <code>
///   publishers (feeds, timer, operator) ─▶ inbound ring ─▶ "engine": book ▸ signals ▸ strategy ▸ risk gate ▸ orders
///        ▲                                     │                          │
///        │                                     ▼                          ▼
///        │                          paper market (on paper only)     outbound ring ─▶ observers
///        │                                     │                          │
///        │ reports                             ▼                          ▼
///        └──────────────────────────── "venue": connection ◀─── "gateway": journal ▸ kill switch ▸ open orders
/// </code>
/// In paper trading, or if the options say so, gateway and venue share the thread "gateway". In one-thread mode there
/// is no inbound ring: each input and all its consequences are handled before the publisher returns.
/// </summary>
public sealed class TradingCore
{
    private const int OutboundCapacityInline = 16_384;

    private readonly TradingCoreOptions _options;
    private readonly RingBuffer<EngineInput>? _inbound;
    private readonly RingBuffer<EngineOutput> _outbound;
    private readonly InlineStream? _inline;
    private readonly VenueConnection? _venue;
    private readonly bool _hasVenueThread;
    private readonly PaperMarket? _market;
    private readonly List<OutputAgent> _observers = [];
    private readonly List<AgentThread> _sources = [];
    private Action<EngineOutput>? _onOutput;
    private volatile Exception? _fault;

    /// <summary>Builds a core on one thread, for replays, tests and benchmarks.</summary>
    /// <param name="instruments">The session's instruments, in the order of their ids.</param>
    /// <param name="options">The engine's other options.</param>
    /// <param name="ringCapacity">Twice the maximum number of events in an input, which is what a ring would
    /// have.</param>
    /// <param name="hasPaperVenue">true to fill orders from the market; false when reports come as inputs.</param>
    /// <param name="log">Records the inputs; null for no recording.</param>
    /// <param name="outboundCapacity">Slots of the outbound ring, a power of two. A full ring is emptied at once, so a
    /// small one only costs batching; it makes a core much cheaper to build.</param>
    public static TradingCore OnOneThread(
        IReadOnlyList<InstrumentSetup> instruments, EngineOptions options, int ringCapacity, bool hasPaperVenue,
        IInputLog? log = null, int outboundCapacity = OutboundCapacityInline)
    {
        ArgumentNullException.ThrowIfNull(options);
        PaperVenue? paper = null;
        if (hasPaperVenue)
        {
            paper = new PaperVenue(instruments.Select(setup => setup.Instrument).ToArray());
            if (options.Snapshot is { } snapshot)
            {
                paper.Restore(snapshot, nowNs: 0);
            }
        }

        var core = new TradingCore(new TradingCoreOptions
        {
            Instruments = instruments,
            Engine = options,
            IsOneThread = true,
            InboundCapacity = ringCapacity,
            OutboundCapacity = outboundCapacity,
            WaitStrategy = WaitStrategyKind.BusySpin,
            Venue = paper,
            Log = log ?? NullInputLog.Instance,
        });
        core.Start();
        return core;
    }

    /// <summary>Builds the rings, the engine, and the gateway if there is a venue.</summary>
    /// <exception cref="ArgumentException">The snapshot in the options does not fit the instruments or the capacities,
    /// or a capacity is not a power of two.</exception>
    public TradingCore(TradingCoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!BitOperations.IsPow2(options.InboundCapacity) || options.InboundCapacity < 2)
        {
            throw new ArgumentException(
                $"the inbound capacity must be a power of two of at least 2, not {options.InboundCapacity}");
        }

        _options = options;

        // 1. The rings.
        IWaitStrategy wait = WaitStrategies.Create(options.WaitStrategy);
        Action? makeOutboundRoom = options.IsOneThread ? TakeOutputs : options.MakeOutboundRoom;
        _outbound = options.IsEngineShared
            ? new MultiProducerRing<EngineOutput>(options.OutboundCapacity, wait) { MakeRoom = makeOutboundRoom }
            : new SingleProducerRing<EngineOutput>(options.OutboundCapacity, wait) { MakeRoom = makeOutboundRoom };
        if (!options.IsOneThread)
        {
            _inbound = options.HasOneProducer
                ? new SingleProducerRing<EngineInput>(options.InboundCapacity, wait)
                : new MultiProducerRing<EngineInput>(options.InboundCapacity, wait)
                {
                    MakeRoom = options.MakeInboundRoom,
                };
        }

        // 2. The engine between them.
        Engine = new EngineLoop(options.Instruments, _outbound, options.Engine);
        EngineAgent = new EngineAgent(
            Engine, options.Instruments, _inbound is null ? null : new RingConsumer<EngineInput>(_inbound));
        _inline = _inbound is null ? new InlineStream(EngineAgent, options.InboundCapacity / 2, RunBehind) : null;
        Inputs = _inline ?? (IInputStream)new RingInputStream(_inbound!);

        // 3. The order gateway, and the venue behind it.
        if (options.Venue is { } venue)
        {
            IReceiveClock clock = options.Clock ?? _inline
                ?? throw new ArgumentException("a core with threads and a venue needs a clock");
            var stop = new GatewayStop();
            _hasVenueThread = options is { HasVenueThread: true, IsOneThread: false } && venue is not IMarketVenue;
            _venue = new VenueConnection(
                venue, NewPublisher(SessionSources.Venue), clock, stop,
                _hasVenueThread ? wait : null, options.Engine.MaxOrders);
            Gateway = new OrderGateway(
                new RingConsumer<EngineOutput>(_outbound), _venue, NewPublisher(SessionSources.Gateway), clock, stop,
                options.Engine.MaxOrders, options.Journal)
            {
                OnResync = options.OnResync,
                Time = options.Time,
            };
            if (venue is IMarketVenue paper)
            {
                _market = new PaperMarket(paper, _inbound is null ? null : new RingConsumer<EngineInput>(_inbound));
            }

            foreach (EngineOutput record in options.Engine.Snapshot?.Records ?? [])
            {
                Gateway.Open.Take(in record);
            }
        }

        if (_inline is not null)
        {
            _inline.Market = _market;
        }

        GatewayAgent = _venue is null || _hasVenueThread ? Gateway : new OrderThread(_market, Gateway!, _venue);
    }

    /// <summary>The engine: books, views, positions.</summary>
    public EngineLoop Engine { get; }

    /// <summary>Runs the engine; called by its thread, or by the owner of the core.</summary>
    public EngineAgent EngineAgent { get; }

    /// <summary>The order gateway; null without a venue.</summary>
    public OrderGateway? Gateway { get; }

    /// <summary>Runs the gateway, and the venue where they share a thread; null without a venue.</summary>
    public IAgent? GatewayAgent { get; }

    /// <summary>The engine's input stream; see <see cref="NewPublisher(ushort)"/>.</summary>
    internal IInputStream Inputs { get; }

    /// <summary>
    /// Called with every decision and note, in order; with threads, on a thread of its own. null for none. Set before
    /// the first input.
    /// </summary>
    public Action<EngineOutput>? OnOutput
    {
        get => _onOutput;
        set
        {
            if (_onOutput is null && value is not null)
            {
                Observe(new OutputObserver(this));
            }

            _onOutput = value;
        }
    }

    /// <summary>
    /// Called with every event before the engine handles it, on the engine's thread; null for none. Set before the
    /// first input.
    /// </summary>
    public Action<EngineInput>? OnInput
    {
        get => EngineAgent.OnInput;
        set => EngineAgent.OnInput = value;
    }

    /// <summary>
    /// Called with every event after the engine has handled it, on the engine's thread; null for none. Set before the
    /// first input.
    /// </summary>
    public Action<EngineInput>? OnHandled
    {
        get => EngineAgent.OnHandled;
        set => EngineAgent.OnHandled = value;
    }

    /// <summary>Slots of the inbound ring; 0 on one thread.</summary>
    public int InboundCapacity => _inbound?.Capacity ?? 0;

    /// <summary>Events in the inbound ring that the slowest consumer has not handled. Any thread.</summary>
    public long InboundFill => _inbound?.Fill ?? 0;

    /// <summary>How often a producer had to wait because the inbound ring was full. Any thread.</summary>
    public long InboundFullWaits => _inbound?.FullWaits ?? 0;

    /// <summary>The sequence that all consumers of the inbound ring have passed. Any thread.</summary>
    public long InboundConsumed => _inbound?.Consumed ?? 0;

    /// <summary>Decisions in the outbound ring that the slowest consumer has not taken. Any thread.</summary>
    public long OutboundFill => _outbound.Fill;

    /// <summary>Everything published and decided so far has been handled. Any thread; true only for a moment while
    /// producers publish.</summary>
    public bool IsDrained => InboundFill == 0 && OutboundFill == 0 && (_venue is null || _venue.IsDrained);

    /// <summary>
    /// The threads after <see cref="Start"/>, in the order in which they must end: publishers before consumers.
    /// </summary>
    public IReadOnlyList<AgentThread> Threads { get; private set; } = [];

    /// <summary>Creates a publisher into the engine's input stream for one more producer.</summary>
    /// <param name="source">The producer's number, from <see cref="SessionSources"/>; unique in the session.</param>
    public InputPublisher NewPublisher(ushort source) => NewPublisher(source, _options.Log);

    /// <summary>Creates a publisher whose inputs go to another log than the core's.</summary>
    /// <param name="source">The producer's number, from <see cref="SessionSources"/>; unique in the session.</param>
    /// <param name="log">Records the inputs.</param>
    /// <param name="onPublish">See <see cref="InputPublisher.OnPublish"/>; null for none.</param>
    public InputPublisher NewPublisher(
        ushort source, IInputLog log, Action<ReadOnlySpan<EngineInput>>? onPublish = null) =>
        new(Inputs, log, source) { OnPublish = onPublish };

    /// <summary>Adds an observer of all decisions and notes. Call before the first input.</summary>
    /// <returns>The agent that serves the observer; with threads, it gets a thread of its own.</returns>
    public OutputAgent Observe(IEventHandler<EngineOutput> observer)
    {
        var agent = new OutputAgent(new RingConsumer<EngineOutput>(_outbound), observer);
        _observers.Add(agent);
        return agent;
    }

    /// <summary>Adds an agent that publishes, such as a timer. Call before <see cref="Start"/>.</summary>
    public void AddSource(IAgent agent, ThreadPlacement placement) =>
        _sources.Add(new AgentThread(agent, placement));

    /// <summary>
    /// Starts a thread for each agent; on one thread, publishes the venue's initial reports before the first input.
    /// Call once.
    /// </summary>
    public void Start()
    {
        if (_inline is not null)
        {
            _inline.RunBehind();
            return;
        }

        var threads = new List<AgentThread>(_sources);
        if (GatewayAgent is not null)
        {
            threads.Add(new AgentThread(GatewayAgent, _options.GatewayThread));
        }

        if (_venue is not null && _hasVenueThread)
        {
            threads.Add(new AgentThread(_venue, _options.GatewayThread));
        }

        AgentThread engine = new AgentThread(EngineAgent, _options.EngineThread);
        threads.Add(engine);
        threads.AddRange(_observers.ConvertAll(observer => new AgentThread(observer, ThreadPlacement.Any)));
        Threads = threads;
        foreach (AgentThread thread in threads)
        {
            bool isEngine = thread == engine;
            thread.OnFault = fault => OnFault(fault, isEngine);
            thread.Start();
        }
    }

    /// <summary>Throws if an agent's thread has failed. Any thread.</summary>
    public void ThrowIfFaulted()
    {
        if (_fault is { } fault)
        {
            ExceptionDispatchInfo.Throw(fault);
        }
    }

    /// <summary>
    /// Handles everything that was published, ends the threads and waits for them. All producers must have stopped
    /// publishing. Throws if a thread has failed.
    /// </summary>
    public void Complete()
    {
        EndThreads();
        ThrowIfFaulted();
        Engine.ShowViews();
    }

    /// <summary>Lets the threads handle what is pending, ends them and waits for them. Does not throw.</summary>
    public void EndThreads()
    {
        foreach (AgentThread thread in Threads.Take(_sources.Count))
        {
            thread.End();
        }

        // The gateway ends before the engine, whose last decisions must fit into the outbound ring.
        while (Threads.Count != 0 && !IsDrained && _fault is null)
        {
            Thread.Sleep(1);
        }

        foreach (AgentThread thread in Threads.Skip(_sources.Count))
        {
            thread.End();
        }

        if (Threads.Count != 0 && _fault is null)
        {
            Gateway?.TakeCommands();
        }
    }

    /// <summary>
    /// Halts after a fatal failure of a consumer: no producer waits for room in a ring any longer, and everything
    /// published from here on is lost. Any thread.
    /// </summary>
    public void Halt()
    {
        _inbound?.Halt();
        _outbound.Halt();
    }

    // An agent has thrown, on its thread. Trading must not go on without it.
    private void OnFault(Exception fault, bool isEngine)
    {
        _fault ??= fault;
        Gateway?.OnOperatorCommand(EventKind.EngageKillSwitch);
        if (isEngine)
        {
            Gateway?.OnEngineLost();
        }

        Halt();
    }

    // One round of the work that follows from an input, where everything runs on one thread.
    private int RunBehind()
    {
        int done = 0;
        foreach (OutputAgent observer in _observers)
        {
            done += observer.DoWork();
        }

        return _venue is null
            ? done
            : done + Gateway!.HandleCommands() + _venue.DoWork() + Gateway.SendReports();
    }

    private void TakeOutputs()
    {
        foreach (OutputAgent observer in _observers)
        {
            observer.DoWork();
        }

        Gateway?.TakeCommands();
    }

    private sealed class OutputObserver(TradingCore core) : IEventHandler<EngineOutput>
    {
        public void OnEvent(ref EngineOutput item, long sequence, bool endOfBatch) => core._onOutput?.Invoke(item);
    }
}
