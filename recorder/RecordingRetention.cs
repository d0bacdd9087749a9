using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace LowLatency.Recorder;

/// <summary>
/// How long recordings are kept. Whole sessions are removed, oldest first; a recording that is being written, or was
/// written to within the last minute, is kept.
/// </summary>
public sealed record RetentionOptions
{
    /// <summary>Recordings whose last write is older are removed; null for no limit.</summary>
    public TimeSpan? AgeMax { get; init; }

    /// <summary>
    /// The oldest recordings are removed until the total size is within this limit; null for no limit.
    /// </summary>
    public long? BytesMax { get; init; }

    /// <summary>Whether anything is ever removed.</summary>
    public bool IsOn => AgeMax is not null || BytesMax is not null;
}

/// <summary>Removes old recordings. Any thread.</summary>
public static class RecordingRetention
{
    private const string StartFormat = "yyyyMMdd-HHmmss";

    // Between two segments a writer has no file open; only the age of the last one shows that it is active.
    private static readonly TimeSpan s_ageMin = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Removes what the options do not keep. Only segments of recordings are ever removed, and a folder only once it is
    /// empty.
    /// </summary>
    /// <param name="parentDirectory">Holds the recordings; may be missing.</param>
    /// <param name="options">What to keep.</param>
    /// <param name="now">The time of day.</param>
    /// <param name="current">The folder of the current session, which is always kept.</param>
    /// <returns>The removed folders.</returns>
    public static IReadOnlyList<string> Apply(
        string parentDirectory, RetentionOptions options, DateTimeOffset now, string current)
    {
        ArgumentNullException.ThrowIfNull(options);
        var removed = new List<string>();
        if (!options.IsOn || !Directory.Exists(parentDirectory))
        {
            return removed;
        }

        List<Session> sessions = Directory.GetDirectories(parentDirectory).Where(IsSession)
            .Select(TryLook).OfType<Session>().OrderBy(session => session.LastWrite).ToList();
        long bytes = sessions.Sum(session => session.Bytes);
        foreach (Session session in sessions)
        {
            bool isOld = options.AgeMax is { } age && now - session.LastWrite > age;
            bool isTooMuch = session.Bytes > 0 && options.BytesMax is { } most && bytes > most;
            bool isAtRest = session.Folder != current && now - session.LastWrite > s_ageMin;
            if ((isOld || isTooMuch) && isAtRest && session.TryRemove())
            {
                bytes -= session.Bytes;
                removed.Add(session.Folder);
            }
        }

        return removed;
    }

    // null if files vanish during the check: another process is active there.
    private static Session? TryLook(string folder)
    {
        try
        {
            return new Session(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsSession(string folder)
    {
        string name = Path.GetFileName(folder);
        return name.Length > StartFormat.Length && DateTime.TryParseExact(
            name[..StartFormat.Length], StartFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
    }

    private sealed class Session
    {
        private readonly FileInfo[] _segments;

        public Session(string folder)
        {
            Folder = folder;
            _segments = new DirectoryInfo(folder).GetFiles()
                .Where(file => SegmentFormat.TryParseFileName(file.Name, out _)
                    || RecordingRepair.IsLeftover(file.Name)).ToArray();
            Bytes = _segments.Sum(file => file.Length);
            LastWrite = _segments.Select(file => file.LastWriteTimeUtc)
                .DefaultIfEmpty(Directory.GetLastWriteTimeUtc(folder)).Max();
        }

        public string Folder { get; }

        public long Bytes { get; }

        public DateTimeOffset LastWrite { get; }

        /// <summary>
        /// Removes the recording's files. A folder that only holds other files is not counted as removed again.
        /// </summary>
        public bool TryRemove()
        {
            try
            {
                if (Array.Exists(_segments, file => file.Extension == SegmentFormat.OpenSuffix
                    && RecordingRepair.IsInUse(file.FullName)))
                {
                    return false;
                }

                foreach (FileInfo segment in _segments)
                {
                    segment.Delete();
                }

                if (!Directory.EnumerateFileSystemEntries(Folder).Any())
                {
                    Directory.Delete(Folder);
                }

                return _segments.Length > 0 || !Directory.Exists(Folder);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Retried later; recording continues meanwhile.
                return false;
            }
        }
    }
}
