using System.Collections.Generic;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Signals;
using LowLatency.Engine.Strategies;

namespace LowLatency.Host.Configuration;

/// <summary>All settings of the engine process; the file, the environment and the command line fill them.</summary>
internal sealed class LiveSettings
{
    [Description("Venue; lowlatency venues lists them.")]
    [Required]
    public string Venue { get; set; } = "binance";

    [Description("Symbols as the venue writes them. Empty: every symbol that the embedded venue plays.")]
    public List<string> Symbols { get; set; } = [];

    [Description("REST address of the venue; empty for the venue's own, or for the embedded venue.")]
    public string RestAddress { get; set; } = string.Empty;

    [Description("Websocket address of the venue; empty for the venue's own, or for the embedded venue.")]
    public string StreamAddress { get; set; } = string.Empty;

    [Description("Start the embedded venue and trade there instead of at the real one.")]
    public bool Embedded { get; set; } = true;

    [Description("How long to run, in seconds; 0 until stopped.")]
    [Range(0, 1e9)]
    public double ForSeconds { get; set; }

    public EmbeddedVenueSettings EmbeddedVenue { get; set; } = new();

    public FeedSettings Feed { get; set; } = new();

    public EngineSettings Engine { get; set; } = new();

    public StrategySettings Strategy { get; set; } = new();

    public RiskSettings Risk { get; set; } = new();

    public PaperSettings Paper { get; set; } = new();

    public RecorderSettings Recorder { get; set; } = new();

    public MetricsSettings Metrics { get; set; } = new();
}

internal sealed class EmbeddedVenueSettings
{
    [Description("Capture or recording to play; empty for the seeded market generator.")]
    public string Input { get; set; } = string.Empty;

    [Description("Pace of the market: a factor such as 1 or 60, or max for flat out.")]
    [RegularExpression(@"max|[0-9]+(\.[0-9]+)?")]
    public string Speed { get; set; } = "1";

    [Description("Start again when the input has ended.")]
    public bool Loop { get; set; }

    [Description("Seed of the market generator.")]
    [Range(0, long.MaxValue)]
    public long Seed { get; set; } = 1;

    [Description("Port of the embedded venue on 127.0.0.1; 0 for any free one.")]
    [Range(0, 65535)]
    public int Port { get; set; }
}

internal sealed class FeedSettings
{
    [Description("A connection that brings no byte for longer is cut and opened again, in seconds; empty for the "
        + "venue's own time.")]
    [Range(0.1, 3600)]
    public double? SilenceTimeoutSeconds { get; set; }

    [Description("Age at which a younger connection takes over from an older one, in seconds; empty for nine tenths of "
        + "the venue's limit.")]
    [Range(0.1, 10_000_000)]
    public double? ReplaceAfterSeconds { get; set; }

    [Description("How long the younger connection listens beside the older one before it takes over, in seconds.")]
    [Range(0.1, 600)]
    public double OverlapSeconds { get; set; } = 5;

    [Description("Largest websocket message; a longer one ends the connection, in bytes.")]
    [Range(65_536, 67_108_864)]
    public int MaxMessageBytes { get; set; } = 8 * 1024 * 1024;

    [Description("First pause before connecting again, in milliseconds; it doubles, with jitter.")]
    [Range(1, 60_000)]
    public int ReconnectMinMs { get; set; } = 200;

    [Description("Longest pause before connecting again, in milliseconds.")]
    [Range(1, 600_000)]
    public int ReconnectMaxMs { get; set; } = 20_000;

    [Description("Levels a side of the REST snapshot.")]
    [Range(5, 5000)]
    public int SnapshotLevels { get; set; } = 1000;
}

internal sealed class EngineSettings
{
    [Description("Slots of the inbound ring; a power of two.")]
    [Range(4096, 16_777_216)]
    public int RingCapacity { get; set; } = 131_072;

    [Description("How threads wait: Block, Sleep, Yield or BusySpin. The last two want a core of their own.")]
    public WaitStrategyKind WaitStrategy { get; set; } = WaitStrategyKind.Block;

    [Description("Interval of timer events, in milliseconds.")]
    [Range(1, 60_000)]
    public int TimerIntervalMs { get; set; } = 100;

    [Description("Most orders that can be open at a time, over all instruments.")]
    [Range(1, 65_536)]
    public int MaxOrders { get; set; } = 4096;
}

internal sealed class StrategySettings
{
    [Description("Equal directions that make a run.")]
    [Range(1, 63)]
    public int Run { get; set; } = 5;

    [Description("How many directions of the run may deviate.")]
    [Range(0, 62)]
    public int Correction { get; set; } = 1;

    [Description("Opposite directions that say that the run has turned.")]
    [Range(1, 63)]
    public int Turn { get; set; } = 2;

    [Description("What draws a direction: Step, SinceLast or AnyOtherDown.")]
    public DirectionRule Rule { get; set; } = DirectionRule.Step;

    [Description("Whose quotes draw directions: Book or Ticker.")]
    public QuoteSource Source { get; set; } = QuoteSource.Book;

    [Description("Side of the book that is walked for the price: Own or Opposite.")]
    public WalkedSide WalkedSide { get; set; } = WalkedSide.Own;

    [Description("How long an order lives, in seconds.")]
    [Range(0.001, 1e7)]
    public double LifetimeSeconds { get; set; } = 300;

    [Description("Notional of one order, in the quote currency.")]
    [Range(typeof(decimal), "0.000000000001", "1000000000")]
    public decimal OrderNotional { get; set; } = 1000;
}

internal sealed class RiskSettings
{
    [Description("Largest notional of one order, in the quote currency.")]
    [Range(typeof(decimal), "0", "1000000000")]
    public decimal MaxOrderNotional { get; set; } = 2000;

    [Description("Largest notional of the position if all open orders were filled, in the quote currency.")]
    [Range(typeof(decimal), "0", "1000000000")]
    public decimal MaxPositionNotional { get; set; } = 20_000;

    [Description("Most open orders of one instrument.")]
    [Range(0, 65_536)]
    public int MaxOpenOrders { get; set; } = 20;

    [Description("How far from the middle of the market a price may lie, in percent.")]
    [Range(0, 100)]
    public double CollarPercent { get; set; } = 1;
}

internal sealed class PaperSettings
{
    [Description("Fee of a resting fill in millionths of the notional; empty for the venue's lowest tier.")]
    [Range(-10_000, 100_000)]
    public int? MakerFeePpm { get; set; }

    [Description("Fee of an aggressive fill in millionths of the notional; empty for the venue's lowest tier.")]
    [Range(-10_000, 100_000)]
    public int? TakerFeePpm { get; set; }
}

internal sealed class RecorderSettings
{
    [Description("Record every input of the engine.")]
    public bool Enabled { get; set; } = true;

    [Description("Folder in which each session makes its own.")]
    [Required]
    public string Directory { get; set; } = "recordings";

    [Description("Memory between the feeds and the disk, in MiB; rounded up to a power of two.")]
    [Range(1, 1024)]
    public int MemoryMiB { get; set; } = 64;

    [Description("How long a record may wait before it is flushed, in milliseconds.")]
    [Range(1, 60_000)]
    public int FlushMs { get; set; } = 200;

    [Description("Size at which a new segment file begins, in MiB of uncompressed records.")]
    [Range(1, 65_536)]
    public int SegmentMiB { get; set; } = 256;

    [Description("Age at which a new segment file begins, in minutes.")]
    [Range(1, 10_080)]
    public int SegmentMinutes { get; set; } = 60;
}

internal sealed class MetricsSettings
{
    [Description("Serve the metrics page.")]
    public bool Enabled { get; set; } = true;

    [Description("Address to listen on.")]
    [Required]
    public string Address { get; set; } = "127.0.0.1";

    [Description("Port of the metrics page; 0 for any free one.")]
    [Range(0, 65535)]
    public int Port { get; set; } = 9184;
}
