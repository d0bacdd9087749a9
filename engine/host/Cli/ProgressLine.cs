using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using LowLatency.Host.Security;
using LowLatency.Replay;

namespace LowLatency.Host.Cli;

/// <summary>
/// Progress of a replay: one line that is redrawn on a terminal, otherwise one line every ten seconds. It goes to the
/// error stream, so that data stay clean.
/// </summary>
internal sealed class ProgressLine
{
    private const int BarLength = 24;
    private static readonly TimeSpan s_terminalInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_plainInterval = TimeSpan.FromSeconds(10);

    private readonly TextWriter _errors;
    private readonly bool _isTerminal;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _shown;
    private int _drawnLength;

    /// <summary>Creates it.</summary>
    /// <param name="errors">The error stream.</param>
    public ProgressLine(TextWriter errors)
    {
        _errors = errors;
        TextWriter stream = (errors as RedactingWriter)?.Inner ?? errors;
        _isTerminal = ReferenceEquals(stream, Console.Error) && !Console.IsErrorRedirected;
    }

    /// <summary>Shows the progress, if it is time to.</summary>
    public void Show(ReplayProgress progress)
    {
        TimeSpan now = _watch.Elapsed;
        if (now - _shown < (_isTerminal ? s_terminalInterval : s_plainInterval))
        {
            return;
        }

        _shown = now;
        double part = progress.BytesTotal == 0 ? 1 : Math.Min(1, (double)progress.BytesRead / progress.BytesTotal);
        double rate = progress.Events / now.TotalSeconds;
        string left = part is > 0 and < 1
            ? TimeSpan.FromSeconds(now.TotalSeconds * (1 - part) / part)
                .ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture) + " left"
            : string.Empty;
        string words = string.Create(
            CultureInfo.InvariantCulture,
            $"{part * 100,3:0} %  {rate / 1e6:0.00} M events/s  {TimeArgument.Text(progress.TimeNs)}  {left}");
        if (_isTerminal)
        {
            int full = (int)(part * BarLength);
            Draw($"[{new string('#', full)}{new string('.', BarLength - full)}] {words}");
        }
        else
        {
            _errors.WriteLine(words.Trim());
        }
    }

    /// <summary>Removes the line.</summary>
    public void End()
    {
        if (_drawnLength != 0)
        {
            Draw(string.Empty);
            _errors.Write('\r');
        }
    }

    private void Draw(string text)
    {
        _errors.Write('\r');
        _errors.Write(text.PadRight(_drawnLength));
        _drawnLength = text.Length;
    }
}
