using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using LowLatency.Engine.Orders;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Strategies;
using LowLatency.Recorder;
using LowLatency.Web;

namespace LowLatency.Host.Configuration;

/// <summary>All settings of the engine process; the file, the environment and the command line fill them.</summary>
internal sealed class LiveSettings
{
    [Description("Venue; lowlatency venues lists them.")]
    [Required]
    public string Venue { get; set; } = "binance";

    /// <summary>How many symbols a session takes; no venue lists as many.</summary>
    public const int MaxSymbols = 10_000;

    [Description("Symbols as the venue writes them, at most 10,000. Empty: every symbol that the embedded venue "
        + "plays.")]
    public List<string> Symbols { get; set; } = [];

    [Description("REST address of the venue; empty for the venue's own, or for the embedded venue.")]
    public string RestAddress { get; set; } = string.Empty;

    [Description("Websocket address of the venue; empty for the venue's own, or for the embedded venue.")]
    public string StreamAddress { get; set; } = string.Empty;

    [Description("Use the embedded venue instead of the real one.")]
    public bool Embedded { get; set; } = true;

    [Description("Paper, or Live to send orders to the venue; Live requires you to set every limit under Risk.")]
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

    [Description("Speed of the market: a factor such as 1 or 60, or max.")]
    [RegularExpression(@"max|[0-9]+(\.[0-9]+)?")]
    public string Speed { get; set; } = "1";

    [Description("Restart the input at its end.")]
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
    [Description("A connection without data for this long is closed and reopened, in seconds; empty for the "
        + "venue's default.")]
    [Range(0.1, 3600)]
    public double? SilenceTimeoutSeconds { get; set; }

    [Description("A live book without a message for this long is invalidated and resynchronised although its "
        + "connection is up, in seconds; empty for the venue's default.")]
    [Range(0.1, 86_400)]
    public double? BookSilenceSeconds { get; set; }

    [Description("The same if trades or tops of the symbol arrived meanwhile, in seconds.")]
    [Range(0.1, 86_400)]
    public double TradedSilenceSeconds { get; set; } = 10;

    [Description("Age at which a younger connection takes over from an older one, in seconds; empty for nine tenths of "
        + "the venue's limit.")]
    [Range(0.1, 10_000_000)]
    public double? ReplaceAfterSeconds { get; set; }

    [Description("How long the younger connection listens in parallel before it takes over, in seconds.")]
    [Range(0.1, 600)]
    public double OverlapSeconds { get; set; } = 5;

    [Description("Timeout of a REST request, in seconds.")]
    [Range(0.1, 600)]
    public double AnswerTimeoutSeconds { get; set; } = 30;

    [Description("Maximum websocket message size, in bytes; a longer one ends the connection.")]
    [Range(65_536, 67_108_864)]
    public int MaxMessageBytes { get; set; } = 8 * 1024 * 1024;

    [Description("First pause before reconnecting, in milliseconds; it doubles, with jitter.")]
    [Range(1, 60_000)]
    public int ReconnectMinMs { get; set; } = 200;

    [Description("Maximum pause before reconnecting, in milliseconds.")]
    [Range(1, 600_000)]
    public int ReconnectMaxMs { get; set; } = 20_000;

    [Description("Levels per side of the REST snapshot.")]
    [Range(5, 5000)]
    public int SnapshotLevels { get; set; } = 1000;
}

internal sealed class EngineSettings
{
    [Description("Slots of the inbound ring; a power of two.")]
    [Range(4096, 16_777_216)]
    public int RingCapacity { get; set; } = 131_072;

    [Description("Wait strategy of threads: Block, Sleep, Yield or BusySpin. The last two need a core each.")]
    public WaitStrategyKind WaitStrategy { get; set; } = WaitStrategyKind.Block;

    [Description("Core that the engine's thread is pinned to, from 0; -1 for none. Useful if the system keeps the "
        + "core free for it.")]
    [Range(-1, 1023)]
    public int EngineCore { get; set; } = -1;

    [Description("Core that the gateway's thread is pinned to, likewise.")]
    [Range(-1, 1023)]
    public int GatewayCore { get; set; } = -1;

    [Description("Real-time priority of the engine's, the gateway's and the timer's thread, from 1: they run "
        + "before all threads without one. 0 for none. Needs a privilege, and a WaitStrategy that sleeps.")]
    [Range(0, LowLatency.Engine.Runtime.Threading.RealTimePriority.Max)]
    public int RealTimePriority { get; set; }

    [Description("Interval of timer events, in milliseconds.")]
    [Range(1, 60_000)]
    public int TimerIntervalMs { get; set; } = 100;

    [Description("Maximum number of open orders, over all instruments.")]
    [Range(1, OrderIds.MaxSlots)]
    public int MaxOrders { get; set; } = 4096;

    [Description("Maximum number of open composite orders, over all instruments.")]
    [Range(1, OrderIds.MaxSlots)]
    public int MaxComposites { get; set; } = 256;

    [Description("Timeout of the gateway's answer, after which an order is unknown and queried, in seconds.")]
    [Range(0.1, 3600)]
    public double AnswerTimeoutSeconds { get; set; } = 10;
}

internal sealed class StrategySettings
{
    [Description("Strategy; lowlatency strategies lists them with their settings, which are in this section too.")]
    [Required]
    public string Name { get; set; } = "DirectionMask";

    [Description("Assembly (.dll) with your own strategies; empty for none.")]
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
    [Description("Maximum notional of one order, in the quote currency.")]
    [Range(typeof(decimal), "0", "1000000000")]
    public decimal MaxOrderNotional { get; set; } = 2000;

    [Description("Maximum notional of the position if all open orders were filled, in the quote currency.")]
    [Range(typeof(decimal), "0", "1000000000")]
    public decimal MaxPositionNotional { get; set; } = 20_000;

    [Description("Maximum number of open orders of one instrument.")]
    [Range(0, 65_536)]
    public int MaxOpenOrders { get; set; } = 20;

    [Description("Maximum distance of a price from the micro-price, in percent.")]
    [Range(0, 100)]
    public double CollarPercent { get; set; } = 1;

    [Description("Maximum quantity of one order in the base currency; empty for no limit besides the notional.")]
    [Range(typeof(decimal), "0", "1000000000000")]
    public decimal? MaxOrderQuantity { get; set; }

    [Description("Maximum orders and amendments of one instrument per second; 0 for no limit.")]
    [Range(0, 100_000)]
    public double OrdersPerSecond { get; set; } = 20;

    [Description("Maximum burst of orders and amendments of one instrument.")]
    [Range(1, 100_000)]
    public int OrderBurst { get; set; } = 40;

    [Description("Maximum cancels of one instrument per second, except those for safety; 0 for no limit.")]
    [Range(0, 100_000)]
    public double CancelsPerSecond { get; set; } = 40;

    [Description("Maximum burst of cancels of one instrument.")]
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
    [Description("Initial balances, such as USDT=10000,BTC=0.5. A currency that is not listed is not "
        + "limited.")]
    public List<string> Balances { get; set; } = [];

    [Description("Currency of the console's totals; empty for the quote currency of each instrument.")]
    public string Reporting { get; set; } = string.Empty;
}

internal sealed class JournalSettings
{
    [Description("Keep a journal of every decision and order event.")]
    public bool Enabled { get; set; } = true;

    [Description("Folder of the journals, with a subfolder for each venue.")]
    [Required]
    public string Directory { get; set; } = "journal";

    [Description("Resume with the last session's orders and positions: true or false; empty for true at a "
        + "real venue and false at the embedded one, whose market starts anew each time.")]
    public bool? Resume { get; set; }

    [Description("Interval at which the journal is synced to disk, in milliseconds; 0 for never.")]
    [Range(0, 600_000)]
    public int SyncMs { get; set; } = 1000;
}

internal sealed class PaperSettings
{
    [Description("Maker fee in millionths of the notional; empty for the venue's lowest tier.")]
    [Range(-10_000, 100_000)]
    public int? MakerFeePpm { get; set; }

    [Description("Taker fee in millionths of the notional; empty for the venue's lowest tier.")]
    [Range(-10_000, 100_000)]
    public int? TakerFeePpm { get; set; }
}

internal sealed class RecorderSettings
{
    [Description("Record every input of the engine.")]
    public bool Enabled { get; set; } = true;

    [Description("Folder of the recordings, with a subfolder for each session.")]
    [Required]
    public string Directory { get; set; } = "recordings";

    [Description("What happens to trading when the recording cannot be written and inputs are lost: Stop engages "
        + "the kill switch, Continue continues trading; empty for Stop when live and Continue on paper.")]
    public RecorderFailurePolicy? OnFailure { get; set; }

    [Description("Memory buffer before the disk, in MiB, rounded up to a power of two; 0 for 16 to 64, by the "
        + "number of symbols.")]
    [Range(0, 1024)]
    public int MemoryMiB { get; set; }

    [Description("Maximum time before a record is flushed, in milliseconds.")]
    [Range(1, 60_000)]
    public int FlushMs { get; set; } = 200;

    [Description("Size at which a new segment file begins, in MiB of uncompressed records.")]
    [Range(1, 65_536)]
    public int SegmentMiB { get; set; } = 256;

    [Description("Age at which a new segment file begins, in minutes.")]
    [Range(1, 10_080)]
    public int SegmentMinutes { get; set; } = 60;

    [Description("Interval at which a REST snapshot of each live book is fetched and recorded, so that a "
        + "replay can start there, in minutes; 0 for never.")]
    [Range(0, 10_080)]
    public double WaypointMinutes { get; set; } = 60;

    [Description("When the recording is synced to disk: Never, AtSeal (the end of a segment file) or "
        + "Interval.")]
    public RecorderSync Sync { get; set; } = RecorderSync.AtSeal;

    [Description("Sync interval for Sync = Interval, in milliseconds.")]
    [Range(1, 600_000)]
    public int SyncMs { get; set; } = 1000;

    [Description("Nothing is recorded while less disk space is free, in MiB.")]
    [Range(0, 1_000_000_000)]
    public int MinFreeMiB { get; set; } = 512;

    [Description("Age at which a recording is removed, in days; 0 for never.")]
    [Range(0, 36_500)]
    public double KeepDays { get; set; }

    [Description("Maximum total size of recordings, in GiB; the oldest are removed; 0 for no limit.")]
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

    [Description("Address to listen on. An address other than loopback requires a certificate, a token and Hosts.")]
    [Required]
    public string Address { get; set; } = "127.0.0.1";

    [Description("Port of the metrics page; 0 for any free one.")]
    [Range(0, 65535)]
    public int Port { get; set; } = 9184;

    [Description("Host names accepted in requests, besides loopback names and its own address.")]
    public List<string> Hosts { get; set; } = [];

    [Description("File with mode 0600 with the token required by every route except /health/live; empty for none.")]
    public string TokenFile { get; set; } = string.Empty;

    [Description("The token itself; only from the environment.")]
    public Secret? Token { get; set; }

    [Description("Certificate for TLS: PEM, or PKCS #12 (.pfx, .p12); empty for none.")]
    public string CertificateFile { get; set; } = string.Empty;

    [Description("The certificate's private key as PEM, with mode 0600; empty if it is in the same file.")]
    public string CertificateKeyFile { get; set; } = string.Empty;

    [Description("File with mode 0600 with the private key's password; empty for none.")]
    public string CertificatePasswordFile { get; set; } = string.Empty;

    [Description("The private key's password itself; only from the environment.")]
    public Secret? CertificatePassword { get; set; }

    [Description("Maximum requests of one client per second, with bursts of twice as many.")]
    [Range(1, 1_000_000)]
    public int RequestsPerSecond { get; set; } = 200;

    [Description("Maximum number of websockets on /live.")]
    [Range(0, 4096)]
    public int LiveClients { get; set; } = 128;

    [Description("Interval of messages on /live, in milliseconds.")]
    [Range(100, 60_000)]
    public int LiveIntervalMs { get; set; } = 500;
}

/// <summary>Marks a property of the settings that no source fills.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NoSettingAttribute : Attribute;
