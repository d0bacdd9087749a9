using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using LowLatency.Engine;
using LowLatency.Engine.Instruments;
using LowLatency.Engine.Strategies;
using LowLatency.Host.Cli;
using LowLatency.Host.Configuration;
using LowLatency.Sessions;
using LowLatency.Sessions.Figures;
using Spectre.Console;

namespace LowLatency.Host.ConsoleUi;

/// <summary>
/// Text output: a banner, a status line that is refreshed in place on a terminal and written as plain lines otherwise,
/// and a table at the end.
/// </summary>
internal sealed class TextConsoleView : IConsoleView
{
    private const int ShownDecisions = 3;

    private readonly IAnsiConsole _console;
    private readonly TextWriter _errors;
    private readonly bool _isTerminal;
    private readonly bool _isQuiet;
    private readonly HashSet<string> _shownDecisions = [];
    private int _refreshedLines;

    public TextConsoleView(TextWriter output, TextWriter errors, bool isTerminal, bool isQuiet)
    {
        _isTerminal = isTerminal;
        _isQuiet = isQuiet;
        _errors = errors;
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!isTerminal)
        {
            // A pipe has no width: nothing may be wrapped or cut.
            _console.Profile.Width = 1000;
        }
    }

    public TimeSpan StatusInterval => _isTerminal ? TimeSpan.FromMilliseconds(250) : TimeSpan.FromSeconds(1);

    public void ShowStart(SessionStatus session, LiveSettings settings, string? metricsAddress)
    {
        if (_isQuiet)
        {
            return;
        }

        StrategySettings strategy = settings.Strategy;
        RiskSettings risk = settings.Risk;
        string symbols = string.Join(", ", session.Instruments.Select(instrument => instrument.Symbol));
        WriteLine($"{ProgramVersion.Text}: paper trading on {session.MarketDescription}");
        WriteLine($"  venue      {session.Venue}, {symbols}");
        WriteLine($"  address    {session.RestAddress} and {session.StreamAddress}");
        WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  strategy   {strategy.Name}{Chosen(strategy)}"));
        WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  limits     order {risk.MaxOrderNotional}, position {risk.MaxPositionNotional}, "
            + $"{risk.MaxOpenOrders} open orders, collar {risk.CollarPercent} %"));
        WriteLine($"  recording  {session.Recorder?.Folder ?? "off"}");
        WriteLine($"  journal    {session.Journal?.Path ?? "off"}");
        if (session.Journal?.Recovered is { } recovered)
        {
            WriteLine($"  resumed    {recovered}");
        }

        WriteLine($"  metrics    {metricsAddress ?? "off"}");
        WriteLine("  stop with Ctrl-C");
    }

    public void ShowStatus(SessionStatus session, SessionFigures figures)
    {
        if (_isQuiet)
        {
            return;
        }

        var lines = new List<string>();
        foreach (Instrument instrument in session.Instruments.Take(8))
        {
            InstrumentView view = figures.Views[instrument.Id];
            lines.Add(DescribeInstrument(instrument, in view) + Gauges("  ", session, instrument));
        }

        lines.Add(DescribeSession(session, figures));
        lines.AddRange(session.RecentDecisions.TakeLast(ShownDecisions).Select(words => $"  {words}"));
        if (_isTerminal)
        {
            Refresh(lines);
            return;
        }

        foreach (string line in lines.Where(line => !line.StartsWith(' ') || _shownDecisions.Add(line)))
        {
            WriteLine(line);
        }
    }

    public void ShowNotice(string words)
    {
        _refreshedLines = 0;
        _errors.WriteLine(words);
    }

    public void ShowLog(StrategyLogLine line) => ShowNotice(line.ToString());

    public void ShowSummary(SessionStatus session, SessionFigures figures, TimeSpan duration)
    {
        Table table = new Table().Border(TableBorder.Simple).HideHeaders().AddColumn("what").AddColumn("value");
        foreach ((string what, string value) in Summarise(session, figures, duration))
        {
            table.AddRow(new Text(what), new Text(value));
        }

        _refreshedLines = 0;
        _console.Write(table);
        if (session.Recorder is { } recorder)
        {
            WriteLine($"next: lowlatency replay {recorder.Folder}");
        }
    }

    // Only values that differ from the defaults; the verb strategies lists those.
    private static string Chosen(StrategySettings strategy) => strategy.Values.Count == 0
        ? " with its defaults"
        : ": " + string.Join(", ", strategy.Values.Select(pair => $"{pair.Key} {pair.Value}"));

    private static IEnumerable<(string What, string Value)> Summarise(
        SessionStatus session, SessionFigures figures, TimeSpan duration)
    {
        OrderCounters orders = figures.Orders;
        CultureInfo culture = CultureInfo.InvariantCulture;
        yield return ("ran", string.Create(culture, $"{duration.TotalSeconds:0.0} s"));
        yield return ("feed", string.Create(
            culture,
            $"{figures.Feed.Frames} frames, {figures.Feed.Bytes} bytes, {figures.Feed.Events} events, "
            + $"{figures.Feed.Connects} connects, {figures.Gaps} gaps, {figures.Resyncs} resyncs, "
            + $"{figures.BadInputs} bad inputs"));
        yield return ("books", string.Create(
            culture,
            $"{figures.TopsCompared} tops compared with the venue's at the same update id, "
            + $"{figures.TopsDifferent} different"));
        yield return ("directions", string.Create(culture, $"{figures.Directions}, {figures.Triggers} triggers"));
        yield return ("orders", string.Create(
            culture,
            $"{orders.Placed} placed, {orders.Filled} filled, {orders.Expired} expired, {orders.Cancelled} cancelled, "
            + $"{orders.Refused} refused, {orders.Rejected} rejected, {figures.OpenOrders} open"));
        foreach (Instrument instrument in session.Instruments)
        {
            InstrumentView view = figures.Views[instrument.Id];
            yield return (instrument.Symbol, string.Create(
                culture,
                $"position {InstrumentFigures.Text(InstrumentFigures.Position(instrument, in view))} "
                + $"{instrument.BaseAsset}, P&L "
                + $"{InstrumentFigures.Money(InstrumentFigures.ProfitAndLoss(instrument, in view))} "
                + $"{instrument.QuoteAsset} after fees of "
                + $"{InstrumentFigures.Money(InstrumentFigures.Fees(instrument, in view))} (resting "
                + $"{InstrumentFigures.Money(InstrumentFigures.MakerFees(instrument, in view))}); realised "
                + $"{InstrumentFigures.Money(InstrumentFigures.Realised(instrument, in view))} before fees, average "
                + $"price {InstrumentFigures.Money(InstrumentFigures.AveragePrice(instrument, in view))}"));
        }

        foreach (Instrument instrument in session.Instruments
            .Where(instrument => session.Gauges.Any(gauge => gauge.Instrument.Id == instrument.Id)))
        {
            yield return ("gauges " + instrument.Symbol, Gauges(string.Empty, session, instrument));
        }

        if (session.LogLines != 0)
        {
            yield return ("strategy log", string.Create(
                culture, $"{session.LogLines} lines, {session.DroppedLogLines} dropped"));
        }

        foreach (FundsLine line in FundsFigures.Of(
            session.Funds, session.Instruments, figures.Views, session.Reporting))
        {
            string value = line.Value is { } worth
                ? $", worth {InstrumentFigures.Money(worth)} {session.Reporting}".TrimEnd()
                : string.Empty;
            yield return ("funds " + line.Currency, $"{InstrumentFigures.Text(line.Total)}, of it "
                + $"{InstrumentFigures.Text(line.InOrders)} in orders{value}");
        }

        foreach (string line in SignalWorthText.Lines(session.Worth))
        {
            yield return ("signals", line);
        }

        yield return ("decisions", string.Create(
            culture, $"{session.Decisions.Count}, hash {session.Decisions.Value:x16}"));
        if (session.Recorder is { } recorder)
        {
            yield return ("recording", string.Create(
                culture,
                $"{recorder.Folder}: {recorder.Records} records, {recorder.PayloadBytes} bytes in "
                + $"{recorder.CompressedBytes}, {recorder.DroppedRecords} dropped, {recorder.Health}"));
        }
    }

    private static string Gauges(string prefix, SessionStatus session, Instrument instrument)
    {
        string text = GaugeText.Of(session.Gauges.Where(gauge => gauge.Instrument.Id == instrument.Id));
        return text.Length == 0 ? text : prefix + text;
    }

    private static string DescribeInstrument(Instrument instrument, in InstrumentView view)
    {
        string book = view.IsLive
            ? $"{InstrumentFigures.Price(in view, view.BidPrice)} / {InstrumentFigures.Price(in view, view.AskPrice)}"
            : $"STALE ({view.StaleReason})";
        long filled = view.Buys.Filled + view.Sells.Filled;
        long placed = view.Buys.Placed + view.Sells.Placed;
        long expired = view.Buys.Expired + view.Sells.Expired;
        string position = InstrumentFigures.Text(InstrumentFigures.Position(instrument, in view));
        string profit = InstrumentFigures.Money(InstrumentFigures.ProfitAndLoss(instrument, in view));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{instrument.Symbol,-10} {book,-24} {InstrumentFigures.Mask(in view),-8} "
            + $"{view.DirectionsUp}↑ {view.DirectionsDown}↓  orders {placed} placed {filled} filled {expired} expired "
            + $"{view.OpenOrders} open  position {position} {instrument.BaseAsset}  "
            + $"P&L {profit} {instrument.QuoteAsset}");
    }

    private static string DescribeSession(SessionStatus session, SessionFigures figures)
    {
        DateTime market = DateTime.UnixEpoch.AddTicks(session.NowNs / 100);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"market {market:HH:mm:ss.fff}  {figures.Feed.Frames} frames {figures.Feed.Events} events  "
            + $"ring {session.InboundFill}/{session.InboundCapacity}  gaps {figures.Gaps} resyncs {figures.Resyncs} "
            + $"bad {figures.BadInputs}");
    }

    // Moves back over the last output and overwrites it.
    private void Refresh(List<string> lines)
    {
        var text = new StringBuilder();
        if (_refreshedLines > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\e[{_refreshedLines}A");
        }

        int width = Math.Max(20, _console.Profile.Width - 1);
        foreach (string line in lines)
        {
            text.Append("\e[2K").Append(line.Length > width ? line[..width] : line).Append('\n');
        }

        text.Append("\e[J");
        _refreshedLines = lines.Count;
        _console.Profile.Out.Writer.Write(text);
        _console.Profile.Out.Writer.Flush();
    }

    private void WriteLine(string line)
    {
        _console.Profile.Out.Writer.WriteLine(line);
        _console.Profile.Out.Writer.Flush();
    }
}
