using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Strategies;
using LowLatency.Host.Security;
using LowLatency.Recorder;

namespace LowLatency.Host.Configuration;

/// <summary>All settings of the engine process; the file, the environment and the command line fill them.</summary>
internal sealed class LiveSettings
{
    [Description("Venue; lowlatency venues lists them.")]
    [Required]
    public string Venue { get; set; } = "binance";

    /// <summary>How many symbols a session takes; no venue lists as many.</summary>
    public const int MaxSymbols = 10_000;

    [Description("Symbols as the venue writes them, 10,000 at most. Empty: every symbol that the embedded venue "
        + "plays.")]
    public List<string> Symbols { get; set; } = [];

    [Description("REST address of the venue; empty for the venue's own, or for the embedded venue.")]
    public string RestAddress { get; set; } = string.Empty;

    [Description("Websocket address of the venue; empty for the venue's own, or for the embedded venue.")]
    public string StreamAddress { get; set; } = string.Empty;

    [Description("Start the embedded venue and trade there instead of at the real one.")]
    public bool Embedded { get; set; } = true;

    [Description("Paper, or Live to send orders to the venue; Live wants every limit under Risk set by you.")]
    public TradingMode Trading { get; set; } = TradingMode.Paper;

    [Description("How long to run, in seconds; 0 until stopped.")]
    [Range(0, 1e9)]
    public double ForSeconds { get; set; }

    public EmbeddedVenueSettings EmbeddedVenue { get; set; } = new();

    public FeedSettings Feed { get; set; } = new();

    public EngineSettings Engine { get; set; } = new();

    public StrategySettings Strategy { get; set; } = new();

    public RiskSettings Risk { get; set; } = new();

    public PaperSettings Paper { get; set; } = new();

    public FundsSettings Funds { get; set; } = new();

    public JournalSettings Journal { get; set; } = new();

    public RecorderSettings Recorder { get; set; } = new();

    public MetricsSettings Metrics { get; set; } = new();
}

/// <summary>What becomes of order commands.</summary>
internal enum TradingMode
{
    /// <summary>They are filled on paper.</summary>
    Paper,

    /// <summary>They go to the venue.</summary>
    Live,
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

    [Description("A living book of which no message comes for longer is given up and asked for again although its "
        + "connection lives, in seconds; empty for the venue's own time.")]
    [Range(0.1, 86_400)]
    public double? BookSilenceSeconds { get; set; }

    [Description("The same where trades or tops of the symbol came meanwhile, in seconds.")]
    [Range(0.1, 86_400)]
    public double TradedSilenceSeconds { get; set; } = 10;

    [Description("Age at which a younger connection takes over from an older one, in seconds; empty for nine tenths of "
        + "the venue's limit.")]
    [Range(0.1, 10_000_000)]
    public double? ReplaceAfterSeconds { get; set; }

    [Description("How long the younger connection listens beside the older one before it takes over, in seconds.")]
    [Range(0.1, 600)]
    public double OverlapSeconds { get; set; } = 5;

    [Description("How long the venue may take to answer a REST request, in seconds.")]
    [Range(0.1, 600)]
    public double AnswerTimeoutSeconds { get; set; } = 30;

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

    [Description("Core that the engine's thread is tied to, from 0; -1 for none. Of use where the system keeps the "
        + "core free for it.")]
    [Range(-1, 1023)]
    public int EngineCore { get; set; } = -1;

    [Description("Core that the gateway's thread is tied to, likewise.")]
    [Range(-1, 1023)]
    public int GatewayCore { get; set; } = -1;

    [Description("Priority for real time of the engine's, the gateway's and the timer's thread, from 1: they run "
        + "before all that have none. 0 for none. Takes a privilege, and a WaitStrategy that sleeps.")]
    [Range(0, LowLatency.Engine.Runtime.Threading.RealTimePriority.Max)]
    public int RealTimePriority { get; set; }

    [Description("Interval of timer events, in milliseconds.")]
    [Range(1, 60_000)]
    public int TimerIntervalMs { get; set; } = 100;

    [Description("Most orders that can be open at a time, over all instruments.")]
    [Range(1, OrderIds.MaxSlots)]
    public int MaxOrders { get; set; } = 4096;

    [Description("Most composite orders that can be open at a time, over all instruments.")]
    [Range(1, OrderIds.MaxSlots)]
    public int MaxComposites { get; set; } = 256;

    [Description("How long the gateway may take to answer before it is asked what became of an order, in seconds.")]
    [Range(0.1, 3600)]
    public double AnswerTimeoutSeconds { get; set; } = 10;
}

internal sealed class StrategySettings
{
    [Description("Strategy; lowlatency strategies lists them with their settings, which stand beside this one.")]
    [Required]
    public string Name { get; set; } = "DirectionMask";

    [Description("Assembly (.dll) with strategies of your own; empty for none.")]
    public string Assembly { get; set; } = string.Empty;

    /// <summary>The strategies that can be chosen, those of the assembly included. The loader fills it in.</summary>
    [NoSetting]
    public StrategyCatalog Catalog { get; set; } = StrategyCatalog.BuiltIn;

    /// <summary>The strategy's own settings. The loader has checked them.</summary>
    [NoSetting]
    public SortedDictionary<string, string> Values { get; } = new(StringComparer.OrdinalIgnoreCase);
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

    [Description("How far from the micro-price a price may lie, in percent.")]
    [Range(0, 100)]
    public double CollarPercent { get; set; } = 1;

    [Description("Largest quantity of one order in the base currency; empty for no limit but the notional.")]
    [Range(typeof(decimal), "0", "1000000000000")]
    public decimal? MaxOrderQuantity { get; set; }

    [Description("Orders and amendments of one instrument in a second; 0 for no limit.")]
    [Range(0, 100_000)]
    public double OrdersPerSecond { get; set; } = 20;

    [Description("Orders and amendments of one instrument that may come at once.")]
    [Range(1, 100_000)]
    public int OrderBurst { get; set; } = 40;

    [Description("Cancels of one instrument in a second, those for safety left out; 0 for no limit.")]
    [Range(0, 100_000)]
    public double CancelsPerSecond { get; set; } = 40;

    [Description("Cancels of one instrument that may come at once.")]
    [Range(1, 100_000)]
    public int CancelBurst { get; set; } = 80;

    [Description("Loss of one instrument since midnight UTC at which all trading stops, in the quote currency.")]
    [Range(typeof(decimal), "0.000000000001", "1000000000")]
    public decimal MaxDailyLoss { get; set; } = 1000;

    [Description("Fall of one instrument's equity from its peak at which all trading stops, in the quote currency.")]
    [Range(typeof(decimal), "0.000000000001", "1000000000")]
    public decimal MaxDrawdown { get; set; } = 2000;

    [Description("Age of the book's last message beyond which no order is placed, in seconds.")]
    [Range(0.001, 1e6)]
    public double MaxBookAgeSeconds { get; set; } = 30;

    [Description("Difference between venue time and local time beyond which no order is placed, in seconds.")]
    [Range(0.001, 1e6)]
    public double MaxClockOffsetSeconds { get; set; } = 5;

    [Description("How long a book's connection may be lost before all trading stops, in seconds.")]
    [Range(0.1, 1e6)]
    public double MaxDisconnectedSeconds { get; set; } = 300;
}

internal sealed class FundsSettings
{
    [Description("What is owned at the start, such as USDT=10000,BTC=0.5. A currency that is not named is not "
        + "limited.")]
    public List<string> Balances { get; set; } = [];

    [Description("Currency in which the console adds everything up; empty for the quote currency of each instrument.")]
    public string Reporting { get; set; } = string.Empty;
}

internal sealed class JournalSettings
{
    [Description("Keep a journal of every decision and order event.")]
    public bool Enabled { get; set; } = true;

    [Description("Folder in which each venue's journal has its own.")]
    [Required]
    public string Directory { get; set; } = "journal";

    [Description("Go on with the orders and positions that the last session left: true or false; empty for true at a "
        + "real venue and false at the embedded one, whose market begins anew each time.")]
    public bool? Resume { get; set; }

    [Description("How often the disk is asked to keep the journal, in milliseconds; 0 for never.")]
    [Range(0, 600_000)]
    public int SyncMs { get; set; } = 1000;
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

    [Description("What becomes of trading when inputs are lost because the recording cannot be written: Stop throws "
        + "the kill switch, Continue trades on; empty for Stop when trading live and Continue on paper.")]
    public RecorderFailurePolicy? OnFailure { get; set; }

    [Description("Memory between the feeds and the disk, in MiB, rounded up to a power of two; 0 for 16 to 64, by the "
        + "number of symbols.")]
    [Range(0, 1024)]
    public int MemoryMiB { get; set; }

    [Description("How long a record may wait before it is flushed, in milliseconds.")]
    [Range(1, 60_000)]
    public int FlushMs { get; set; } = 200;

    [Description("Size at which a new segment file begins, in MiB of uncompressed records.")]
    [Range(1, 65_536)]
    public int SegmentMiB { get; set; } = 256;

    [Description("Age at which a new segment file begins, in minutes.")]
    [Range(1, 10_080)]
    public int SegmentMinutes { get; set; } = 60;

    [Description("How often a REST snapshot of each book is fetched and recorded although the book lives, so that a "
        + "replay can begin there, in minutes; 0 for never.")]
    [Range(0, 10_080)]
    public double WaypointMinutes { get; set; } = 60;

    [Description("When the disk is made to keep what was written: Never, AtSeal (the end of a segment file) or "
        + "Interval.")]
    public RecorderSync Sync { get; set; } = RecorderSync.AtSeal;

    [Description("How often, with Sync = Interval, in milliseconds.")]
    [Range(1, 600_000)]
    public int SyncMs { get; set; } = 1000;

    [Description("Nothing is recorded while less of the disk is free, in MiB.")]
    [Range(0, 1_000_000_000)]
    public int MinFreeMiB { get; set; } = 512;

    [Description("Age at which a recording is removed, in days; 0 keeps every age.")]
    [Range(0, 36_500)]
    public double KeepDays { get; set; }

    [Description("The oldest recordings are removed until all together are no larger, in GiB; 0 for no limit.")]
    [Range(0, 1e9)]
    public double KeepGiB { get; set; }
}

/// <summary>What becomes of trading when the recording cannot be written.</summary>
internal enum RecorderFailurePolicy
{
    /// <summary>It is stopped by the kill switch, and goes on when the operator lifts that.</summary>
    Stop,

    /// <summary>It goes on; the loss is told and counted.</summary>
    Continue,
}

internal sealed class MetricsSettings
{
    [Description("Serve the metrics page.")]
    public bool Enabled { get; set; } = true;

    [Description("Address to listen on. One that others can reach wants a certificate, a token and Hosts.")]
    [Required]
    public string Address { get; set; } = "127.0.0.1";

    [Description("Port of the metrics page; 0 for any free one.")]
    [Range(0, 65535)]
    public int Port { get; set; } = 9184;

    [Description("Names under which the server may be asked besides those of loopback and its own address.")]
    public List<string> Hosts { get; set; } = [];

    [Description("File of mode 0600 with the token that every request but /health/live has to carry; empty for none.")]
    public string TokenFile { get; set; } = string.Empty;

    [Description("The token itself; from the environment alone.")]
    public Secret? Token { get; set; }

    [Description("Certificate for TLS: PEM, or PKCS #12 (.pfx, .p12); empty for none.")]
    public string CertificateFile { get; set; } = string.Empty;

    [Description("The certificate's private key as PEM, of mode 0600; empty where it stands in the same file.")]
    public string CertificateKeyFile { get; set; } = string.Empty;

    [Description("File of mode 0600 with the private key's password; empty for none.")]
    public string CertificatePasswordFile { get; set; } = string.Empty;

    [Description("The private key's password itself; from the environment alone.")]
    public Secret? CertificatePassword { get; set; }

    [Description("Requests of one client in a second; twice as many may come at once.")]
    [Range(1, 1_000_000)]
    public int RequestsPerSecond { get; set; } = 200;

    [Description("How many websockets may watch /live.")]
    [Range(0, 4096)]
    public int LiveClients { get; set; } = 128;

    [Description("Time from message to message on /live, in milliseconds.")]
    [Range(100, 60_000)]
    public int LiveIntervalMs { get; set; } = 500;
}

/// <summary>Marks a property of the settings that no source fills.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NoSettingAttribute : Attribute;
