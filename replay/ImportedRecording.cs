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
/// runs beside it, so that its end tells what a replay will decide. One that does not come to its end is removed; where
/// that fails, an <see cref="IOException"/> names the folder that is left.
/// </summary>
internal sealed class ImportedRecording : IDisposable
{
    private const ushort ControlSource = 0;

    private readonly Recording _recording;
    private readonly SegmentWriter _writer;
    private readonly WriterLog _log;
    private readonly Action<string> _remove;
    private bool _isFinished;

    /// <summary>Makes the recording and writes its settings. Where it fails, no folder is left.</summary>
    /// <param name="directory">Where its folder is made.</param>
    /// <param name="manifest">What the session is.</param>
    /// <param name="startNs">When it began, nanoseconds since the Unix epoch.</param>
    /// <param name="disk">Makes the files; null for the machine's own.</param>
    /// <param name="remove">Removes a folder and all in it; null for the file system's own way.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    /// <exception cref="ArgumentException">The manifest cannot be used.</exception>
    public ImportedRecording(
        string directory, SessionManifest manifest, long startNs, Disk? disk = null, Action<string>? remove = null)
    {
        _remove = remove ?? (folder => Directory.Delete(folder, recursive: true));
        _recording = Recording.Create(
            directory, startNs, manifest.Program, SessionDescription.Of(manifest, clock: null, journal: null).ToJson(),
            manifest.ToJson());
        SegmentWriter? writer = null;
        try
        {
            _writer = writer = new SegmentWriter(_recording, disk: disk);
            _log = new WriterLog(writer);
            Engine = new InlineEngine(
                manifest.CreateSetups(StrategyCatalog.BuiltIn), manifest.CreateOptions(), manifest.RingCapacity,
                hasPaperVenue: false);
        }
        catch (Exception fault)
        {
            // Nobody can dispose of what was never made.
            writer?.Dispose();
            Remove(fault.Message);
            throw;
        }
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
            AnswerTimeoutNs = long.MaxValue,
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
    /// <exception cref="IOException">The folder is left; this takes the place of what kept it from its end, for a part
    /// that nobody knows of would be taken for a whole recording.</exception>
    public void Dispose()
    {
        _writer.Dispose();
        if (!_isFinished)
        {
            Remove("the recording did not come to its end");
        }
    }

    private void Remove(string because)
    {
        try
        {
            _remove(Folder);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody else has removed it.
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{because}; a part is left in {Folder}: delete it ({fault.Message})", fault);
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
