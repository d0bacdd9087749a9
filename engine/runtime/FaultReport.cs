using System;
using System.Text;

namespace LowLatency.Engine.Runtime;

/// <summary>Formats an exception of an agent's thread or a replay for a person.</summary>
public static class FaultReport
{
    /// <summary>The failure on one line; that of an <see cref="EngineFaultException"/> if there is one.</summary>
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

    /// <summary>The failure, followed by the stack trace of its cause, with files and lines if symbols are
    /// available.</summary>
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

    // Tasks wrap their exception.
    private static Exception Unwrap(Exception fault) => (fault as AggregateException)?.InnerException ?? fault;
}
