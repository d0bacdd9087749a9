using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net.Http;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LowLatency.Engine.Instruments;
using LowLatency.Feeds;
using LowLatency.Host.Cli;
using LowLatency.Host.Configuration;

namespace LowLatency.Host.Doctor;

/// <summary>The venue: whether it lists the symbols, takes a websocket, and has the same time as this machine.
/// </summary>
internal static class VenueChecks
{
    private const string Rest = "venue";
    private const string Stream = "stream";
    private const string Clock = "time";
    private const double NsPerSecond = 1e9;

    // The clock is worth a word long before it keeps orders back.
    private const double ReportThreshold = 0.25;

    public static async Task<IReadOnlyList<Finding>> RunAsync(LiveSettings settings, CancellationToken stop)
    {
        if (settings.Embedded)
        {
            return [Finding.Ok(Rest, "not asked: embedded"), Finding.Ok(Clock, "not asked: embedded")];
        }

        IVenue venue = Venues.Find(settings.Venue);
        VenueAddress address = Market.AddressOf(settings, venue);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(settings.Feed.AnswerTimeoutSeconds) };
        var findings = new List<Finding>();
        IReadOnlyList<Instrument> instruments = [];
        findings.Add(await TryAsync(Rest, settings, async () =>
        {
            instruments = await venue.LoadInstrumentsAsync(http, address, settings.Symbols, stop).ConfigureAwait(false);
            return Finding.Ok(
                Rest, $"{venue.Name} at {address.Rest.Host} lists {instruments.Count} of the symbols asked for");
        }).ConfigureAwait(false));
        if (instruments.Count != 0)
        {
            findings.Add(await TryAsync(
                Stream, settings, () => ConnectAsync(settings, venue.PlanConnections(address, instruments)[0], stop))
                .ConfigureAwait(false));
        }

        findings.Add(await TryAsync(Clock, settings, () => CompareAsync(settings, http, venue, address, stop))
            .ConfigureAwait(false));
        return findings;
    }

    private static async Task<Finding> ConnectAsync(LiveSettings settings, ConnectionPlan plan, CancellationToken stop)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(stop);
        bound.CancelAfter(TimeSpan.FromSeconds(settings.Feed.AnswerTimeoutSeconds));
        using var socket = new ClientWebSocket();
        try
        {
            await socket.ConnectAsync(plan.Address, bound.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException fault) when (!stop.IsCancellationRequested)
        {
            throw new TaskCanceledException(fault.Message, new TimeoutException(fault.Message, fault));
        }

        socket.Abort();
        return Finding.Ok(Stream, $"{plan.Address.Host} takes a websocket");
    }

    // The venue read its clock at some time between the question and the answer.
    private static async Task<Finding> CompareAsync(
        LiveSettings settings, HttpClient http, IVenue venue, VenueAddress address, CancellationToken stop)
    {
        ServerClock? told = venue.ClockOf(address);
        var own = new MonotonicUnixClock();

        // The first answer pays for the connection.
        Uri question = told?.Address ?? address.Rest;
        (await http.GetAsync(question, stop).ConfigureAwait(false)).Dispose();
        long asked = own.NowNs;
        using HttpResponseMessage answer = await http.GetAsync(question, stop).ConfigureAwait(false);
        long answered = own.NowNs;
        long venueNs;
        double resolution;
        if (told is not null)
        {
            using JsonDocument json = JsonDocument.Parse(
                await answer.Content.ReadAsByteArrayAsync(stop).ConfigureAwait(false));
            (venueNs, resolution) = (told.ReadNs(json.RootElement), told.Resolution.TotalSeconds);
        }
        else
        {
            DateTimeOffset date = answer.Headers.Date ?? throw new KeyNotFoundException("the answer bears no date");
            (venueNs, resolution) = (date.ToUnixTimeMilliseconds() * 1_000_000, 1);
        }

        // A clock that counts in seconds is half of one behind on average.
        double offset = ((asked / 2.0) + (answered / 2.0) - venueNs) / NsPerSecond - (resolution / 2);
        double doubt = ((answered - asked) / NsPerSecond / 2) + (resolution / 2);
        double least = Math.Max(0, Math.Abs(offset) - doubt);
        string words = string.Create(
            CultureInfo.InvariantCulture,
            $"this clock less {venue.Name}'s: {offset * 1000:+0;-0;0} ms, give or take {doubt * 1000:0} ms");
        double most = settings.Risk.MaxClockOffsetSeconds;
        return least > most
            ? Finding.Fail(
                Clock, ExitCode.Refused, words, "no order would be placed (Risk:MaxClockOffsetSeconds): set the clock, "
                + "with chrony or systemd-timesyncd")
            : least > most * ReportThreshold
                ? Finding.Warn(Clock, words, "keep the clock with chrony or systemd-timesyncd")
                : Finding.Ok(Clock, words);
    }

    private static async Task<Finding> TryAsync(string check, LiveSettings settings, Func<Task<Finding>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (TaskCanceledException fault) when (fault.InnerException is TimeoutException)
        {
            return Finding.Fail(
                check, ExitCode.Timeout,
                string.Create(
                    CultureInfo.InvariantCulture, $"no answer within {settings.Feed.AnswerTimeoutSeconds} s"),
                "look at the network, or wait longer: Feed:AnswerTimeoutSeconds");
        }
        catch (VenueException fault)
        {
            return Finding.Fail(
                check, ExitCode.VenueRefused, fault.Message, "look at the symbols and the venue's own notices");
        }
        catch (Exception fault) when (fault is HttpRequestException or WebSocketException or IOException)
        {
            return Finding.Fail(
                check, ExitCode.VenueRefused, fault.GetBaseException().Message, "look at the network and the address");
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            return Finding.Warn(check, $"the answer is not understood: {fault.Message}", "look at the address");
        }
    }
}
