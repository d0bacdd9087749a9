using System;
using System.Collections.Generic;
using System.Globalization;
using System.Reflection;
using LowLatency.Engine.Instruments;

namespace LowLatency.Engine.Strategies;

/// <summary>One setting of a strategy, as listed to the user.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Type of its value.</param>
/// <param name="Default">Default as text.</param>
/// <param name="Attribute">Description, unit and range.</param>
public sealed record SettingDescription(string Name, Type Type, string Default, SettingAttribute Attribute)
{
    /// <summary>The allowed values, as text.</summary>
    public string Range
    {
        get
        {
            if (Type.IsEnum)
            {
                return $"one of {string.Join(", ", Enum.GetNames(Type))}";
            }

            if (Type == typeof(bool))
            {
                return "true or false";
            }

            string kind = Type == typeof(int) ? "a whole number" : "a number";
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{kind} from {Attribute.Min:0.############} to {Attribute.Max:0.############}");
        }
    }
}

/// <summary>A gauge that a strategy publishes.</summary>
/// <param name="Number">Its number in <see cref="StrategyGauges"/>.</param>
/// <param name="Name">Its name in snake case.</param>
/// <param name="Help">What it means, with its unit.</param>
public sealed record GaugeDescription(int Number, string Name, string Help);

/// <summary>A strategy that can be chosen: its name, its settings, and how to create it. Not for the hot path.
/// </summary>
public sealed class StrategyDescription
{
    private readonly ConstructorInfo _constructor;
    private readonly Type _settingsType;

    private StrategyDescription(
        Type type, StrategyAttribute attribute, ConstructorInfo constructor, Type settingsType)
    {
        Name = attribute.Name;
        Description = attribute.Description;
        Reasons = DeclaredEnum.ReadReasons(type, attribute.Reasons);
        Gauges = DeclaredEnum.ReadGauges(type, attribute.Gauges);
        TradesSeveral = constructor.GetParameters()[1].ParameterType == typeof(IReadOnlyList<Instrument>);
        _constructor = constructor;
        _settingsType = settingsType;
        object defaults = Activator.CreateInstance(settingsType)!;
        var settings = new List<SettingDescription>();
        foreach (PropertyInfo property in settingsType.GetProperties())
        {
            if (property.GetCustomAttribute<SettingAttribute>() is { } setting)
            {
                settings.Add(new SettingDescription(
                    property.Name, property.PropertyType, TextOf(property.GetValue(defaults)), setting));
            }
        }

        Settings = settings;
    }

    /// <summary>Name on the command line and in settings.</summary>
    public string Name { get; }

    /// <summary>What it does.</summary>
    public string Description { get; }

    /// <summary>What can be set.</summary>
    public IReadOnlyList<SettingDescription> Settings { get; }

    /// <summary>true if one instance trades several instruments; false if each instrument has its own.</summary>
    public bool TradesSeveral { get; }

    /// <summary>The texts of its reasons, by number.</summary>
    public IReadOnlyDictionary<int, string> Reasons { get; }

    /// <summary>The gauges that it publishes of each instrument, by number.</summary>
    public IReadOnlyList<GaugeDescription> Gauges { get; }

    /// <summary>Describes a strategy class.</summary>
    /// <exception cref="ArgumentException">The class is not as <see cref="StrategyAttribute"/> says.</exception>
    public static StrategyDescription Of(Type type)
    {
        StrategyAttribute attribute = type.GetCustomAttribute<StrategyAttribute>()
            ?? throw new ArgumentException($"{type.Name} has no [Strategy] attribute");
        if (attribute.ContractVersion != StrategyContract.Version)
        {
            throw new ArgumentException(
                $"strategy {attribute.Name} was built against version {attribute.ContractVersion} of the strategy "
                + $"contract; this program has version {StrategyContract.Version}: build it again against this "
                + "program's LowLatency.Engine.Core");
        }

        ConstructorInfo[] constructors = type.GetConstructors();
        ParameterInfo[] parameters = constructors.Length == 1 ? constructors[0].GetParameters() : [];
        if (!typeof(IStrategy).IsAssignableFrom(type) || parameters.Length != 2
            || (parameters[1].ParameterType != typeof(Instrument)
                && parameters[1].ParameterType != typeof(IReadOnlyList<Instrument>))
            || parameters[0].ParameterType.GetConstructor(Type.EmptyTypes) is null)
        {
            throw new ArgumentException(
                $"strategy class {type.Name} must implement {nameof(IStrategy)} and have one public constructor that "
                + $"takes its settings (which can be made without arguments) and an {nameof(Instrument)} or an "
                + $"IReadOnlyList<{nameof(Instrument)}>");
        }

        return new StrategyDescription(type, attribute, constructors[0], parameters[0].ParameterType);
    }

    /// <summary>Checks one value.</summary>
    /// <returns>null if it is valid, otherwise what would be.</returns>
    public string? Check(string name, string value)
    {
        SettingDescription? setting = Find(name);
        return setting is null ? $"{Name} has no setting {name}"
            : TryConvert(setting, value, out _) ? null
            : $"expected {setting.Range}";
    }

    /// <summary>Creates the strategy for one instrument.</summary>
    /// <param name="values">Values by name of setting; the others keep their defaults.</param>
    /// <param name="instrument">The instrument.</param>
    /// <exception cref="ArgumentException">A value is wrong, or the strategy refuses the settings together.</exception>
    public IStrategy Create(IReadOnlyDictionary<string, string> values, Instrument instrument) =>
        Invoke(values, TradesSeveral ? new[] { instrument } : instrument);

    /// <summary>Creates a strategy that trades several instruments.</summary>
    /// <param name="values">Values by name of setting; the others keep their defaults.</param>
    /// <param name="instruments">The instruments, at least one.</param>
    /// <exception cref="ArgumentException">A value is wrong, or the strategy refuses the settings together.</exception>
    /// <exception cref="InvalidOperationException">The strategy trades one instrument.</exception>
    public IStrategy Create(IReadOnlyDictionary<string, string> values, IReadOnlyList<Instrument> instruments) =>
        TradesSeveral
            ? Invoke(values, instruments)
            : throw new InvalidOperationException($"strategy {Name} trades one instrument");

    private IStrategy Invoke(IReadOnlyDictionary<string, string> values, object instruments)
    {
        object settings = Activator.CreateInstance(_settingsType)!;
        foreach ((string name, string text) in values)
        {
            SettingDescription setting = Find(name)
                ?? throw new ArgumentException($"strategy {Name} has no setting {name}");
            if (!TryConvert(setting, text, out object? value))
            {
                throw new ArgumentException($"{name} = '{text}': expected {setting.Range}");
            }

            _settingsType.GetProperty(setting.Name)!.SetValue(settings, value);
        }

        try
        {
            return (IStrategy)_constructor.Invoke([settings, instruments]);
        }
        catch (TargetInvocationException fault) when (fault.InnerException is ArgumentException cause)
        {
            throw new ArgumentException($"strategy {Name}: {cause.Message}", cause);
        }
    }

    private SettingDescription? Find(string name)
    {
        foreach (SettingDescription setting in Settings)
        {
            if (string.Equals(setting.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return setting;
            }
        }

        return null;
    }

    private static bool TryConvert(SettingDescription setting, string text, out object? value)
    {
        const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        CultureInfo culture = CultureInfo.InvariantCulture;
        value = null;
        if (setting.Type.IsEnum)
        {
            foreach (string name in Enum.GetNames(setting.Type))
            {
                value = string.Equals(name, text, StringComparison.OrdinalIgnoreCase)
                    ? Enum.Parse(setting.Type, name)
                    : value;
            }

            return value is not null;
        }

        double number = 0;
        if (setting.Type == typeof(bool))
        {
            value = bool.TryParse(text, out bool flag) ? flag : null;
        }
        else if (setting.Type == typeof(int))
        {
            value = int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out int whole) ? whole : null;
            number = whole;
        }
        else if (setting.Type == typeof(decimal))
        {
            value = decimal.TryParse(text, Plain, culture, out decimal exact) ? exact : null;
            number = (double)exact;
        }
        else if (setting.Type == typeof(double))
        {
            value = double.TryParse(text, Plain, culture, out number) && double.IsFinite(number) ? number : null;
        }

        return value is not null && number >= setting.Attribute.Min && number <= setting.Attribute.Max;
    }

    private static string TextOf(object? value) =>
        Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty;
}
