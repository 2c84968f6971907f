internal import Glibc

/// The system's time zone, as glibc has it (`TZ`, else `/etc/localtime`).
package enum TimeZoneOffset {
    /// What the wall clock is ahead of UTC at that time, in seconds. 0 when the time is none that glibc can express.
    package static func seconds(atUnixSeconds seconds: Int64) -> Int32 {
        // localtime_r need not notice that the zone was changed; this does, and looks at one file for it.
        tzset()
        var time = time_t(seconds)
        var broken = tm()
        guard localtime_r(&time, &broken) != nil else { return 0 }
        return Int32(clamping: broken.tm_gmtoff)
    }
}
