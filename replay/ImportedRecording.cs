using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using LowLatency.Engine.Events;
using LowLatency.Engine.Strategies;
using LowLatency.Feeds;
using LowLatency.Recorder;

namespace LowLatency.Replay;

/// <summary>
/// A recording that is made from other data than a session's own: it is written on the caller's thread, and the engine
/// runs beside it, so that its end tells what a replay will decide. One that does not come to its end is removed.
/// </summary>
internal sealed class ImportedRecording : IDisposable
{
    private const ushort ControlSource = 0;

    private readonly Recording _recording;
    private readonly SegmentWriter _writer;
    private readonly WriterLog _log;
    private bool _isFinished;

    /// <summary>Makes the recording and writes its settings.</summary>
    /// <param name="directory">Where its folder is made.</param>
    /// <param name="manifest">What the session is.</param>
    /// <param name="startNs">When it began, nanoseconds since the Unix epoch.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    public ImportedRecording(string directory, SessionManifest manifest, long startNs)
    {
        _recording = Recording.Create(
            directory, startNs, manifest.Program, SessionDescription.Of(manifest, clock: null, journal: null).ToJson(),
            manifest.ToJson());
        _writer = new SegmentWriter(_recording);
        _log = new WriterLog(_writer);
        Engine = new InlineEngine(
            manifest.CreateSetups(StrategyCatalog.BuiltIn), manifest.CreateOptions(), manifest.RingCapacity,
            hasPaperVenue: false);
    }

    /// <summary>The recording's folder.</summary>
    public string Folder => _recording.Directory;

    /// <summary>The engine; run it after each input.</summary>
    public InlineEngine Engine { get; }

    /// <summary>Websocket messages and snapshots written.</summary>
    public long Messages => _log.Messages;

    /// <summary>The settings of a session that nobody traded in before.</summary>
    public static SessionManifest Describe(
        IVenue venue, string market, string program, IReadOnlyList<InstrumentManifest> instruments,
        IReadOnlyList<SourceManifest> feeds) => new()
        {
            Program = program,
            Venue = venue.Name,
            Market = market,
            RingCapacity = venue.Profile.RingCapacity,
            MaxOrders = 4096,
            MaxComposites = 256,
            FirstOrderCounter = 1,
            AnswerPatienceNs = long.MaxValue,
            Balances = new Dictionary<string, decimal>(),
            Snapshot = null,
            Instruments = instruments,
            Feeds = feeds,
        };

    /// <summary>The door of one producer into the engine and the recording.</summary>
    /// <param name="source">Its number, 1 or more.</param>
    public RingPublisher CreatePublisher(ushort source) => new(Engine.Inbound, _log, source);

    /// <summary>Writes the end: nothing may be published after it.</summary>
    public void Finish()
    {
        DecisionHash decisions = Engine.Engine.Decisions;
        _log.Append(
            new InputRecord(InputKind.End, ControlSource, 0, -1, 0, _log.LastTimeNs),
            Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"{decisions.Count} {decisions.Value:x16}")));
        _writer.Seal();
        _isFinished = true;
    }

    /// <summary>Closes it. Without <see cref="Finish"/> before, its folder is removed: its first segments are sealed
    /// like those of a whole recording.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        if (_isFinished)
        {
            return;
        }

        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // What kept it from its end is already on its way up, and says more than this.
        }
    }

    /// <summary>Writes inputs on the caller's thread.</summary>
    private sealed class WriterLog(SegmentWriter writer) : IInputLog
    {
        public long LastTimeNs { get; private set; }

        public long Messages { get; private set; }

        public bool Append(in InputRecord record, ReadOnlySpan<byte> payload)
        {
            LastTimeNs = Math.Max(LastTimeNs, record.ReceiveTimeNs);
            Messages += record.Kind is InputKind.Frame or InputKind.Snapshot ? 1 : 0;
            writer.Append(in record, payload);
            return true;
        }
    }
}
