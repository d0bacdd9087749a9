using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Host;
using LowLatency.Host.Cli;
using Xunit;

namespace LowLatency.Tests.Support;

/// <summary>The program's command line, run in this process.</summary>
internal static partial class ProgramRun
{
    /// <summary>Runs a session until a condition holds, then stops it. The test fails if the session does not end with
    /// exit code 0. A run of a fixed time (<c>--for</c>) would do less on a busy machine.</summary>
    /// <param name="condition">What the session is run for, such as an order in its journal.</param>
    /// <param name="otherwise">What a failure means.</param>
    /// <param name="words">The command line.</param>
    /// <returns>The session's output.</returns>
    public static async Task<string> UntilAsync(Func<bool> condition, string otherwise, params string[] words)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using TextWriter safeOutput = TextWriter.Synchronized(output);
        using TextWriter safeErrors = TextWriter.Synchronized(errors);
        Task<int> running = Task.Run(
            () => Program.RunAsync([.. words, .. Patience.Options], safeOutput, safeErrors, stop.Token),
            TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(
            () => running.IsCompleted || condition(), otherwise,
            () => Text(safeOutput, output) + Text(safeErrors, errors));
        Assert.False(running.IsCompleted && !condition(), $"{otherwise}: it ended: {output}{errors}");
        await stop.CancelAsync();
        int code = await running;
        Assert.True(code == ExitCode.Ok, $"exit code {code}: {errors}");
        return output.ToString();
    }

    /// <summary>The error stream's text without progress lines, which a replay writes when it takes long enough.
    /// </summary>
    public static string WithoutProgress(string errors) => string.Concat(
        errors.Split('\n').Where(line => !Progress().IsMatch(line)).Select(line => line + '\n')).TrimEnd('\n');

    // A synchronized writer is its own lock.
    private static string Text(TextWriter safe, StringWriter inner)
    {
        lock (safe)
        {
            return inner.ToString();
        }
    }

    [GeneratedRegex("^ *[0-9]+ %  [0-9.]+ M events/s  ")]
    private static partial Regex Progress();
}
