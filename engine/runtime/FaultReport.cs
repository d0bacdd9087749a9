using System;
using System.Text;

namespace LowLatency.Engine.Runtime;

/// <summary>Turns what an agent's thread, or a replay, has thrown into text for a person.</summary>
public static class FaultReport
{
    /// <summary>What has failed, on one line: an <see cref="EngineFaultException"/> says it best.</summary>
    public static string Line(Exception fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        Exception first = Unwrap(fault);
        for (Exception? cause = first; cause is not null; cause = cause.InnerException)
        {
            if (cause is EngineFaultException)
            {
                return cause.Message;
            }
        }

        return first.Message;
    }

    /// <summary>What has failed, and below it the stack of the cause, one line for each call; it names files and lines
    /// where symbols are at hand.</summary>
    public static string Of(Exception fault)
    {
        var text = new StringBuilder(Line(fault));
        foreach (string line in (Unwrap(fault).GetBaseException().StackTrace ?? string.Empty).Split(
            '\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            text.Append("\n   ").Append(line);
        }

        return text.ToString();
    }

    // A task wraps what it has failed of.
    private static Exception Unwrap(Exception fault) => (fault as AggregateException)?.InnerException ?? fault;
}
