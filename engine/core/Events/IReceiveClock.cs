namespace LowLatency.Engine.Events;

/// <summary>The clock of receive times. Any thread. The engine never reads it.</summary>
public interface IReceiveClock
{
    /// <summary>Nanoseconds since the Unix epoch; never runs backwards.</summary>
    long NowNs { get; }
}
