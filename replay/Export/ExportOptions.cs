using System;
using System.Collections.Generic;
using System.Threading;

namespace LowLatency.Replay.Export;

/// <summary>Kinds of rows in an export.</summary>
[Flags]
public enum ExportContents
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The books: snapshots, levels, commits, and when a book is stale.</summary>
    Levels = 1,

    /// <summary>Trades.</summary>
    Trades = 2,

    /// <summary>The venue's tops of book.</summary>
    Tops = 4,

    /// <summary>All of them.</summary>
    All = Levels | Trades | Tops,
}

/// <summary>Which part of a recording is exported.</summary>
public sealed record ExportOptions
{
    /// <summary>Which rows.</summary>
    public ExportContents Contents { get; init; } = ExportContents.All;

    /// <summary>Symbols to export, as <see cref="InstrumentLookup"/> takes them; empty for all.</summary>
    public IReadOnlyList<string> Symbols { get; init; } = [];

    /// <summary>
    /// Rows from this time on, in nanoseconds since the Unix epoch. A book that is live then starts with a snapshot.
    /// </summary>
    public long FromNs { get; init; } = long.MinValue;

    /// <summary>Rows before this time.</summary>
    public long UntilNs { get; init; } = long.MaxValue;

    /// <summary>Called now and then with the progress; may be null.</summary>
    public Action<ReplayProgress>? OnProgress { get; init; }

    /// <summary>Ends it early.</summary>
    public CancellationToken Stop { get; init; }
}

/// <summary>Result of an export.</summary>
public sealed record ExportResult
{
    /// <summary>The replay that the rows came from.</summary>
    public required ReplayResult Replay { get; init; }

    /// <summary>Symbols exported.</summary>
    public required int Symbols { get; init; }

    /// <summary>Level rows, including those of snapshots.</summary>
    public required long Levels { get; init; }

    /// <summary>Trades.</summary>
    public required long Trades { get; init; }

    /// <summary>Tops of book.</summary>
    public required long Tops { get; init; }
}
