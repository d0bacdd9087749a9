using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace LowLatency.Tests.Support;

/// <summary>Waits for an event of another thread, task or process. The timeout is generous: it prevents a test from
/// hanging on a busy machine and is never a measurement. A failure says what was waited for and what was seen last.
/// </summary>
internal static class Eventually
{
    /// <summary>The longest wait.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    private const int PollMs = 10;

    /// <summary>Waits until a condition is true.</summary>
    /// <param name="condition">What is looked at every 10 ms.</param>
    /// <param name="otherwise">What a failure means, such as "no younger connection took over".</param>
    /// <param name="lastSeen">What there is to see at the end; evaluated only then.</param>
    /// <param name="text">The condition's source; given by the compiler.</param>
    public static Task HoldsAsync(
        Func<bool> condition, string otherwise, Func<string>? lastSeen = null,
        [CallerArgumentExpression(nameof(condition))] string text = "") =>
        SeesAsync(condition, isTrue => isTrue, otherwise, _ => lastSeen?.Invoke() ?? $"{Bare(text)} is false");

    /// <summary>Blocks until a condition is true, for tests of one thread beside another.</summary>
    /// <param name="condition">What is looked at, ever less often.</param>
    /// <param name="lastSeen">What there is to see at the end; evaluated only then.</param>
    /// <param name="text">The condition's source; given by the compiler.</param>
    public static void Holds(
        Func<bool> condition, Func<string>? lastSeen = null,
        [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        if (!SpinWait.SpinUntil(condition, Timeout))
        {
            Assert.Fail(
                $"{Bare(text)}: waited {Timeout.TotalSeconds:f0} s; last seen: {lastSeen?.Invoke() ?? "false"}");
        }
    }

    /// <summary>Waits until a value is the expected one.</summary>
    /// <param name="expected">The value that ends the wait.</param>
    /// <param name="look">Reads the value.</param>
    /// <param name="otherwise">What a failure means.</param>
    public static Task EqualsAsync<T>(T expected, Func<T> look, string otherwise) =>
        SeesAsync(look, seen => Equals(seen, expected), $"{otherwise}; {expected} was expected");

    /// <summary>Waits until a value is right.</summary>
    /// <param name="look">Reads the value.</param>
    /// <param name="isRight">Whether it ends the wait.</param>
    /// <param name="otherwise">What a failure means.</param>
    /// <param name="describe">The value in words; its own text where null.</param>
    /// <returns>The value that ended the wait.</returns>
    public static Task<T> SeesAsync<T>(
        Func<T> look, Func<T, bool> isRight, string otherwise, Func<T, string>? describe = null) =>
        SeesAsync(() => Task.FromResult(look()), isRight, otherwise, describe);

    /// <summary>Waits until a value that takes time to read, such as a page, is right.</summary>
    /// <param name="look">Reads the value.</param>
    /// <param name="isRight">Whether it ends the wait.</param>
    /// <param name="otherwise">What a failure means.</param>
    /// <param name="describe">The value in words; its own text where null.</param>
    /// <param name="pauseAsync">Waits until there may be something new; 10 ms where null.</param>
    /// <returns>The value that ended the wait.</returns>
    public static async Task<T> SeesAsync<T>(
        Func<Task<T>> look, Func<T, bool> isRight, string otherwise, Func<T, string>? describe = null,
        Func<Task>? pauseAsync = null)
    {
        var watch = Stopwatch.StartNew();
        for (long looks = 1; ; looks++)
        {
            T seen = await look();
            if (isRight(seen))
            {
                return seen;
            }

            if (watch.Elapsed >= Timeout)
            {
                Assert.Fail(
                    $"{otherwise}: waited {watch.Elapsed.TotalSeconds:f0} s and looked {looks} times; "
                    + $"last seen: {describe?.Invoke(seen) ?? seen?.ToString() ?? "null"}");
            }

            await (pauseAsync?.Invoke() ?? Task.Delay(PollMs, TestContext.Current.CancellationToken));
        }
    }

    private static string Bare(string lambda) => lambda.StartsWith("() => ", StringComparison.Ordinal)
        ? lambda[6..]
        : lambda;
}
