using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace LowLatency.Host.Cli;

/// <summary>Options whose value is a whole number.</summary>
internal static class WholeNumberArgument
{
    /// <summary>An option for a whole number. What is none, or is out of range, is told with the range.</summary>
    /// <param name="name">The option, such as --seed.</param>
    /// <param name="description">What it is, for the help.</param>
    /// <param name="least">The least number that may be given; the most is the type's own.</param>
    /// <param name="otherwise">What holds where it is not given; null for nothing.</param>
    public static Option<T?> Option<T>(string name, string description, T least, T? otherwise = null)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var option = new Option<T?>(name)
        {
            Description = description,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out T number)
                    && number >= least)
                {
                    return number;
                }

                result.AddError(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name} '{text}': expected a whole number from {least} to {T.MaxValue}"));
                return null;
            },
        };
        if (otherwise is { } known)
        {
            option.DefaultValueFactory = _ => known;
        }

        return option;
    }
}
