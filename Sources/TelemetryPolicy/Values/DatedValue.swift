/// A value and the day that it was read on.
package struct DatedValue: Hashable, Sendable {
    package var value: ItemValue
    package var day: Day

    package init(_ value: ItemValue, on day: Day) {
        self.value = value
        self.day = day
    }
}
