using System;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.Json;
using LowLatency.Engine.Strategies;
using LowLatency.Sessions;
using LowLatency.Sessions.Figures;

namespace LowLatency.Host.ConsoleUi;

/// <summary>Machine-readable output: one JSON object per line, each with its <c>kind</c>.</summary>
internal sealed class JsonConsoleView(TextWriter output, TextWriter errors) : IConsoleView
{
    public TimeSpan StatusInterval => TimeSpan.FromSeconds(1);

    public void ShowStart(SessionStatus session, Configuration.LiveSettings settings, string? metricsAddress) =>
        Write("start", json =>
        {
            json.WriteString("program", ProgramVersion.Text);
            json.WriteString("venue", session.Venue);
            json.WriteString("market", session.MarketDescription);
            json.WriteString("rest", session.RestAddress);
            json.WriteString("stream", session.StreamAddress);
            json.WriteString("recording", session.Recorder?.Folder);
            json.WriteString("metrics", metricsAddress);
            json.WriteString("left_behind", session.Journal?.LeftBehind);
        });

    public void ShowStatus(SessionStatus session, SessionFigures figures) =>
        Write("status", json => SessionJson.WriteFigures(json, session, figures));

    public void ShowNotice(string words) => errors.WriteLine(words);

    public void ShowLog(StrategyLogLine line) => Write("log", json =>
    {
        json.WriteNumber("time_ns", line.TimeNs);
        json.WriteString("strategy", line.Strategy);
        json.WriteString("symbol", line.Symbol);
        json.WriteString("text", line.Text);
        json.WriteBoolean("cut", line.IsCut);
    });

    public void ShowSummary(
        SessionStatus session, SessionFigures figures, TimeSpan duration) => Write("summary", json =>
    {
        json.WriteNumber("duration_seconds", duration.TotalSeconds);
        SessionJson.WriteFigures(json, session, figures);
        json.WriteNumber("decisions", session.Decisions.Count);
        json.WriteString(
            "decision_hash", session.Decisions.Value.ToString("x16", CultureInfo.InvariantCulture));
        if (session.Recorder is { } recorder)
        {
            json.WriteStartObject("recording");
            json.WriteString("folder", recorder.Folder);
            json.WriteString("health", recorder.Health);
            json.WriteNumber("records", recorder.Records);
            json.WriteNumber("payload_bytes", recorder.PayloadBytes);
            json.WriteNumber("compressed_bytes", recorder.CompressedBytes);
            json.WriteNumber("dropped_records", recorder.DroppedRecords);
            json.WriteEndObject();
        }
    });

    private void Write(string kind, Action<Utf8JsonWriter> write)
    {
        output.WriteLine(Encoding.UTF8.GetString(SessionJson.Write(kind, write)));
        output.Flush();
    }
}
