using System;
using System.Collections.Generic;
using System.Reflection;

namespace LowLatency.Engine.Strategies;

/// <summary>The known strategies: the built-in ones, and those of a user's assembly. Immutable.</summary>
public sealed class StrategyCatalog
{
    private StrategyCatalog(IReadOnlyList<StrategyDescription> strategies) => Strategies = strategies;

    /// <summary>The built-in strategies.</summary>
    public static StrategyCatalog BuiltIn { get; } = new(Describe(typeof(StrategyCatalog).Assembly));

    /// <summary>All of them, by name.</summary>
    public IReadOnlyList<StrategyDescription> Strategies { get; }

    /// <summary>Adds the strategies of another assembly.</summary>
    /// <exception cref="StrategyAssemblyException">The assembly has none, was built against another version of the
    /// contract, one is invalid, or a name is taken.</exception>
    public StrategyCatalog With(Assembly assembly)
    {
        List<StrategyDescription> own = DescribeOther(assembly);
        if (own.Count == 0)
        {
            throw new StrategyAssemblyException(
                $"{assembly.GetName().Name} has no public class with a [Strategy] attribute");
        }

        foreach (StrategyDescription strategy in own)
        {
            if (Find(strategy.Name) is not null)
            {
                throw new StrategyAssemblyException(
                    $"there is a strategy {strategy.Name} already: give yours another name");
            }
        }

        return new StrategyCatalog([.. Strategies, .. own]);
    }

    /// <summary>A strategy by its name, or null.</summary>
    public StrategyDescription? Find(string name)
    {
        foreach (StrategyDescription strategy in Strategies)
        {
            if (string.Equals(strategy.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return strategy;
            }
        }

        return null;
    }

    private static List<StrategyDescription> DescribeOther(Assembly assembly)
    {
        try
        {
            return Describe(assembly);
        }
        catch (ArgumentException fault)
        {
            throw new StrategyAssemblyException(fault.Message, fault);
        }
        catch (Exception fault) when (fault is TypeLoadException or MissingMemberException
            or CustomAttributeFormatException)
        {
            throw new StrategyAssemblyException(
                $"{assembly.GetName().Name} was built against another version of the strategy contract "
                + $"({fault.Message.TrimEnd('.')}); this program has version {StrategyContract.Version}: build it "
                + "again against this program's LowLatency.Engine.Core",
                fault);
        }
    }

    private static List<StrategyDescription> Describe(Assembly assembly)
    {
        var found = new List<StrategyDescription>();
        foreach (Type type in assembly.GetExportedTypes())
        {
            if (type.IsDefined(typeof(StrategyAttribute), inherit: false))
            {
                found.Add(StrategyDescription.Of(type));
            }
        }

        found.Sort((x, y) => string.CompareOrdinal(x.Name, y.Name));
        return found;
    }
}
