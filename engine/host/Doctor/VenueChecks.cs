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

/// <summary>
/// The venue: whether it lists the symbols, accepts a websocket, and agrees with this machine's clock.
/// </summary>
internal static class VenueChecks
{
    private const string Rest = "venue";
    private const string Stream = "stream";
    private const string Clock = "time";
    private const double NsPerSecond = 1e9;

    // A clock offset is reported long before it stops orders.
    private const double ReportThreshold = 0.25;

    public static async Task<IReadOnlyList<Finding>> RunAsync(LiveSettings settings, CancellationToken stop)
    {
        if (settings.Embedded)
        {
            return [Finding.Ok(Rest, "skipped: embedded venue"), Finding.Ok(Clock, "skipped: embedded venue")];
        }

        IVenue venue = Venues.Find(settings.Venue);
        VenueAddress address = Market.AddressOf(settings, venue);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(settings.Feed.AnswerTimeoutSeconds) };
        var findings = new List<Finding>();
        IReadOnlyList<Instrument> instruments = [];
        findings.Add(await TryAsync(Rest, settings, async () =>
        {
            instruments = await venue
                .LoadInstrumentsAsync(http, address, settings.Symbols, warn: null, stop).ConfigureAwait(false);
            return Finding.Ok(
                Rest, $"{venue.Name} at {address.Rest.Host} lists {instruments.Count} of the requested symbols");
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
        return Finding.Ok(Stream, $"{plan.Address.Host} accepts a websocket");
    }

    // The venue read its clock between request and answer.
    private static async Task<Finding> CompareAsync(
        LiveSettings settings, HttpClient http, IVenue venue, VenueAddress address, CancellationToken stop)
    {
        ServerClock? told = venue.ClockOf(address);
        var own = new MonotonicUnixClock();

        // The first request opens the connection and is not measured.
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
            DateTimeOffset date = answer.Headers.Date ?? throw new KeyNotFoundException("the answer has no date");
            (venueNs, resolution) = (date.ToUnixTimeMilliseconds() * 1_000_000, 1);
        }

        // A clock with a resolution of one second is half a second behind on average.
        double offset = ((asked / 2.0) + (answered / 2.0) - venueNs) / NsPerSecond - (resolution / 2);
        double doubt = ((answered - asked) / NsPerSecond / 2) + (resolution / 2);
        double least = Math.Max(0, Math.Abs(offset) - doubt);
        string words = string.Create(
            CultureInfo.InvariantCulture,
            $"offset to {venue.Name}: {offset * 1000:+0;-0;0} ms ± {doubt * 1000:0} ms");
        double most = settings.Risk.MaxClockOffsetSeconds;
        return least > most
            ? Finding.Fail(
                Clock, ExitCode.Refused, words, "no order would be placed (Risk:MaxClockOffsetSeconds): "
                + "synchronise the clock with chrony or systemd-timesyncd")
            : least > most * ReportThreshold
                ? Finding.Warn(Clock, words, "synchronise the clock with chrony or systemd-timesyncd")
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
                "check the network, or raise Feed:AnswerTimeoutSeconds");
        }
        catch (VenueException fault)
        {
            return Finding.Fail(
                check, ExitCode.VenueRefused, fault.Message, "check the symbols and the venue's status page");
        }
        catch (Exception fault) when (fault is HttpRequestException or WebSocketException or IOException)
        {
            return Finding.Fail(
                check, ExitCode.VenueRefused, fault.GetBaseException().Message, "check the network and the address");
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            return Finding.Warn(check, $"the answer is not understood: {fault.Message}", "check the address");
        }
    }
}
