using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using LowLatency.Engine.Events;
using LowLatency.Engine.Ring;
using LowLatency.Engine.Runtime;
using LowLatency.Engine.Strategies;
using LowLatency.Feeds;
using LowLatency.Recorder;

namespace LowLatency.Replay;

/// <summary>
/// A recording made from data other than a live session. It is written on the caller's thread, and the engine runs in
/// parallel, so that its end record contains the decisions of a replay. An incomplete recording is removed; if that
/// fails, an <see cref="IOException"/> names the folder that is left.
/// </summary>
internal sealed class ImportedRecording : IDisposable
{
    private const ushort ControlSource = 0;

    private readonly Recording _recording;
    private readonly SegmentWriter _writer;
    private readonly WriterLog _log;
    private readonly Action<string> _remove;
    private bool _isFinished;

    /// <summary>Creates the recording and writes its settings. If this fails, no folder is left.</summary>
    /// <param name="directory">Parent folder of the recording.</param>
    /// <param name="manifest">The session's settings.</param>
    /// <param name="startNs">Start of the session, nanoseconds since the Unix epoch.</param>
    /// <param name="disk">Creates the files; null for the machine's own disk.</param>
    /// <param name="remove">Removes a folder with its contents; null for the file system's own way.</param>
    /// <exception cref="IOException">It cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable.</exception>
    /// <exception cref="ArgumentException">The manifest is not usable.</exception>
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
            Core = TradingCore.OnOneThread(
                manifest.CreateSetups(StrategyCatalog.BuiltIn), manifest.CreateOptions(), manifest.RingCapacity,
                hasPaperVenue: false, _log);
        }
        catch (Exception fault)
        {
            // The caller has no object to dispose of.
            writer?.Dispose();
            Remove(fault.Message);
            throw;
        }
    }

    /// <summary>The recording's folder.</summary>
    public string Folder => _recording.Directory;

    /// <summary>The engine, which handles each input where it is published.</summary>
    public TradingCore Core { get; }

    /// <summary>Websocket messages and snapshots written.</summary>
    public long Messages => _log.Messages;

    /// <summary>The settings of a session without trading.</summary>
    public static SessionManifest Describe(
        IVenue venue, string market, string program, IReadOnlyList<InstrumentManifest> instruments,
        IReadOnlyList<SourceManifest> feeds) => new()
        {
            Program = program,
            SessionId = SessionStart.NewId(),
            Venues = [new VenueManifest(venue.Name, market, new Dictionary<string, decimal>())],
            RingCapacity = venue.Profile.RingCapacity,
            MaxOrders = 4096,
            MaxComposites = 256,
            FirstOrderCounter = 1,
            AnswerTimeoutNs = long.MaxValue,
            Snapshot = null,
            Instruments = instruments,
            Feeds = feeds,
        };

    /// <summary>Creates the publisher of one producer.</summary>
    /// <param name="source">Its number, 1 or more.</param>
    public InputPublisher CreatePublisher(ushort source) => Core.NewPublisher(source);

    /// <summary>Writes the end record: nothing may be published after it.</summary>
    public void Finish()
    {
        DecisionHash decisions = Core.Engine.Decisions;
        _log.Append(
            new InputRecord(InputKind.End, ControlSource, 0, -1, 0, _log.LastTimeNs),
            Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"{decisions.Count} {decisions.Value:x16}")));
        _writer.Seal();
        _isFinished = true;
    }

    /// <summary>
    /// Closes the recording. Without <see cref="Finish"/>, its folder is removed, because its first segments are sealed
    /// like those of a complete recording.
    /// </summary>
    /// <exception cref="IOException">The folder could not be removed. This replaces the original error, because
    /// otherwise a part of a recording would be mistaken for a complete one.</exception>
    public void Dispose()
    {
        _writer.Dispose();
        if (!_isFinished)
        {
            Remove("the recording was not finished");
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
            // It has already been removed.
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"{because}; an incomplete recording is left in {Folder}: delete it ({fault.Message})", fault);
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
