using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using LowLatency.Recorder.Lz4;
using Xunit;

namespace LowLatency.Tests.Host.Security;

/// <summary>Keys that were planted, and the search for them in everything that a process has left behind.</summary>
internal sealed class Canaries
{
    private readonly List<(string Form, byte[] Bytes)> _forms = [];

    /// <summary>Bytes searched.</summary>
    public long Searched { get; private set; }

    /// <summary>Texts and files searched.</summary>
    public int Places { get; private set; }

    /// <summary>How many forms each place is searched for.</summary>
    public int Forms => _forms.Count;

    /// <summary>What was found, and where.</summary>
    public List<string> Found { get; } = [];

    /// <summary>Makes a key; its signs change in every one of the forms that it could be written in.</summary>
    public string Plant(string name)
    {
        string key = $"{name}/{Guid.NewGuid():N}+=&";
        byte[] bytes = Encoding.UTF8.GetBytes(key);
        void Add(string form, string text) => _forms.Add(($"{name} {form}", Encoding.UTF8.GetBytes(text)));
        Add("plain", key);
        Add("without its signs", key[..^3]);
        Add("hexadecimal", Convert.ToHexString(bytes));
        Add("hexadecimal", Convert.ToHexStringLower(bytes));
        Add("percent-encoded", Uri.EscapeDataString(key));
        Add("percent-encoded", Uri.EscapeDataString(key).ToLowerInvariant());
        Add("JSON", JsonEncodedText.Encode(key).ToString());

        // What surrounds it moves it: three ways, less the letters that depend on the neighbours.
        for (int before = 0; before < 3; before++)
        {
            string text = Convert.ToBase64String([.. new byte[before], .. bytes]);
            Add("base64", text[(before == 0 ? 0 : 4)..^4]);
        }

        return key;
    }

    public void Search(string place, string text) => Search(place, Encoding.UTF8.GetBytes(text));

    public void Search(string place, ReadOnlySpan<byte> bytes)
    {
        Places++;
        Searched += bytes.Length;
        foreach ((string form, byte[] wanted) in _forms)
        {
            if (bytes.IndexOf(wanted) >= 0)
            {
                Found.Add($"{place}: {form}");
            }
        }
    }

    /// <summary>Searches each file of a folder, and what recordings hold inside.</summary>
    public void SearchFolder(string folder)
    {
        foreach (string file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order())
        {
            byte[] bytes = File.ReadAllBytes(file);
            Search(file, file);
            Search(file, bytes);
            if (file.EndsWith(".lz4", StringComparison.Ordinal))
            {
                Search(file + " (content)", Content(bytes));
            }
        }
    }

    private static byte[] Content(byte[] file)
    {
        using var content = new MemoryStream();
        var reader = new Lz4FrameReader(new MemoryStream(file));
        while (reader.Read(out ReadOnlySpan<byte> block) == Lz4ReadResult.Block)
        {
            content.Write(block);
        }

        Assert.NotEqual(0, content.Length);
        return content.ToArray();
    }
}
